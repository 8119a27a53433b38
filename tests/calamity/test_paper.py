"""The list on paper: everybody is on it, whatever their name, and a responder can read it in bad light."""

import io
import re
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.calamity.paper import paper
from kiosk.calamity.roll import assemble
from kiosk.calamity.text import WIDTH, text
from kiosk.calamity.thelist import Doubt, Remark, as_data, compose, counts
from tests.calamity.lobby import MORNING, arrival, change
from tests.calamity.visitors import ALARM, HOSTILE, NOW, SITE, a_list, names_on


def read(pdf: bytes) -> tuple[list[str], pypdf.PdfReader]:
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    return [page.extract_text() for page in reader.pages], reader


def squeezed(words: str) -> str:
    """Letters alone, as a reader compares them: lines may be broken anywhere, ligatures read back in parts."""
    return re.sub(r"[\s\u200b-\u200d\ufe0f\u2066-\u2069]", "", unicodedata.normalize("NFKC", words))


def letters(pdf: bytes) -> str:
    return squeezed("".join(read(pdf)[0]))


@pytest.mark.parametrize("count", [0, 1, 12, 60])
def test_everybody_stands_on_the_paper_with_a_number(count: int) -> None:
    the_list = a_list(count)
    found = letters(paper().pdf(the_list))
    for name in names_on(the_list):
        assert squeezed(name) in found
    assert [line.number for line in the_list.lines] == list(range(1, len(the_list.lines) + 1))


def test_an_empty_list_says_that_nobody_is_in() -> None:
    assert squeezed("Er is geen bezoek aangemeld.") in letters(paper().pdf(a_list(0)))


# Scripts written from the right, and those that join letters, come back from a PDF in the order of their shapes.
@pytest.mark.parametrize("name", [name for name in HOSTILE if not re.search(r"[\u0590-\u06ff\u0900-\u0eff]", name)])
def test_a_name_is_printed_letter_for_letter_and_never_obeyed(name: str) -> None:
    roll = assemble([arrival(name)])
    found = letters(paper().pdf(compose(roll, organisation="O", site=SITE, as_of=NOW)))
    assert squeezed(name) in found
    assert "(?)" not in found


@pytest.mark.parametrize("name", ["محمد عبد الله", "שרה כהן", "नरेश कुमार", "สมชาย ใจดี"])
def test_other_scripts_are_printed_without_a_replacement(name: str) -> None:
    roll = assemble([arrival(name)])
    found = letters(paper().pdf(compose(roll, organisation="O", site=SITE, as_of=NOW)))
    assert "(?)" not in found
    assert len(set(squeezed(name)) & set(found)) >= len(set(squeezed(name))) / 2


def test_what_no_font_has_is_replaced_and_the_list_says_so() -> None:
    roll = assemble([arrival("Jan \ue000\u0378 de Boer")])
    found = letters(paper().pdf(compose(roll, organisation="O", site=SITE, as_of=NOW)))
    assert "Jan(?)(?)deBoer" in found
    assert squeezed("(?) is een letter die hier niet gedrukt kan worden.") in found


def test_marks_that_turn_the_direction_around_are_left_out() -> None:
    roll = assemble([arrival("Jan\u202e de Boer"), arrival("Piet", minute=1)])
    found = letters(paper().pdf(compose(roll, organisation="O", site=SITE, as_of=NOW)))
    assert "JandeBoer" in found
    assert "\u202e" not in found


def test_every_page_has_its_number_the_time_and_what_becomes_of_it() -> None:
    pages, _ = read(paper().pdf(a_list(60)))
    for number, page in enumerate(pages, 1):
        found = squeezed(page)
        assert f"{number}/{len(pages)}" in found
        assert "Standvan15:01:33" in found
        assert "Nahetincidentvernietigen." in found


def test_a_page_has_at_most_thirty_lines_and_no_letter_under_fourteen_points() -> None:
    pdf = paper().pdf(a_list(60, hostile=True, alarm=True, remarks=(Remark(Doubt.CLOCK), Remark(Doubt.UNREADABLE, 2))))
    for page in pypdf.PdfReader(io.BytesIO(pdf)).pages:
        seen: list[tuple[float, float]] = []

        def visit(words: str, _: Any, place: list[float], font: Any, size: float) -> None:
            if words.strip():
                seen.append((round(place[5]), size))  # noqa: B023 - read before the next page

        page.extract_text(visitor_text=visit)
        assert len({height for height, _ in seen}) <= 30
        assert min(size for _, size in seen) >= 14


def test_the_pdf_is_tagged_and_has_title_and_language() -> None:
    _, reader = read(paper().pdf(a_list(12)))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "nl"
    assert b"pdfuaid" in root["/Metadata"].get_data()
    assert "/StructTreeRoot" in root
    assert "Calamiteitenlijst" in (reader.metadata or {})["/Title"]


def test_who_wants_help_comes_first_and_hosts_have_their_guests_together() -> None:
    helped = arrival("Zoë", help=("stairs",), host="B")
    roll = assemble([arrival("Bert", host="B"), arrival("Anna", host="A"), arrival("Alex"), helped])
    the_list = compose(roll, organisation="O", site=SITE, as_of=NOW)
    assert [line.entry.name for line in the_list.lines] == ["Zoë", "Anna", "Bert", "Alex"]
    assert [group.host for group in the_list.groups] == ["A", "B", None]


def test_after_the_alarm_a_sign_out_takes_nobody_off_the_list() -> None:
    stayed, went = arrival("Blijver"), arrival("Vertrekker")
    before, after = arrival("Eerder"), arrival("Later", minute=295)
    roll = assemble(
        [stayed, went, before, after, change(went, "sign_out", minute=299), change(before, "sign_out", minute=100)]
    )
    the_list = a_list(0)
    the_list = compose(roll, organisation="O", site=SITE, as_of=NOW, calamity=a_list(0, alarm=True).calamity)
    notes = {line.entry.name: (bool(line.signed_out), line.came_after) for line in the_list.lines}
    assert notes == {"Blijver": (False, False), "Vertrekker": (True, False), "Later": (False, True)}
    assert [entry.name for entry in the_list.departed] == ["Eerder"]
    assert the_list.calamity is not None
    assert the_list.calamity.triggered == ALARM


def test_probably_left_is_a_block_of_its_own_and_counts() -> None:
    record = arrival("Misschien")
    roll = assemble([record, change(record, "probably_left")])
    the_list = compose(roll, organisation="O", site=SITE, as_of=NOW)
    assert counts(the_list)["probably_left"] == 1
    assert [line.number for line in the_list.probably_left] == [1]
    assert squeezed("Waarschijnlijk weg: ga het na") in letters(paper().pdf(the_list))


def test_where_the_name_is_lost_the_pass_stands_on_the_list() -> None:
    roll = assemble([change(arrival("Noor"), "correct")])
    assert "(naam onleesbaar: de blauwe uil)" in text(compose(roll, organisation="O", site=SITE, as_of=NOW))


def test_a_visitor_of_yesterday_has_the_date_beside_the_time() -> None:
    roll = assemble([arrival("Gisteren", since=MORNING - timedelta(days=1))])
    assert "01-03 10:00" in text(compose(roll, organisation="O", site=SITE, as_of=NOW))


@pytest.mark.parametrize("count", [0, 1, 60])
def test_plain_text_has_everybody_and_fits_seventy_two_columns(count: int) -> None:
    the_list = a_list(count, hostile=True, alarm=True)
    printed = text(the_list)
    for name in names_on(the_list):
        assert squeezed(name) in squeezed(re.sub(r"\s+\d\d:\d\d\n|\n", "", printed))
    assert max(len(line) for line in re.split(r"[\n\f]", printed)) <= WIDTH


def test_names_in_plain_text_cannot_move_the_print_head() -> None:
    roll = assemble([arrival("Jan\x1b[2J\x0c\x07 de Boer")])
    printed = text(compose(roll, organisation="O", site=SITE, as_of=NOW))
    assert "Jan[2J de Boer" in printed
    assert "\f" not in printed


def test_json_tells_who_is_in_and_no_more_than_the_list() -> None:
    data = as_data(a_list(12))
    assert set(data["visitors"][0]) >= {"number", "name", "help", "host", "arrived", "state"}
    assert data["counts"]["inside"] + data["counts"]["probably_left"] == len(data["visitors"])


def test_several_threads_may_lay_out_lists_at_once() -> None:
    with ThreadPoolExecutor(6) as threads:
        made = list(threads.map(lambda seed: paper().pdf(a_list(30, seed)), range(12)))
    assert all(pdf.startswith(b"%PDF") for pdf in made)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=8))
def test_no_name_keeps_the_list_from_being_printed(names: list[str]) -> None:
    roll = assemble([arrival(name, visit=str(number)) for number, name in enumerate(names)])
    the_list = compose(roll, organisation="O", site=SITE, as_of=NOW)
    assert paper().pdf(the_list).startswith(b"%PDF")
    assert max(len(line) for line in re.split(r"[\n\f]", text(the_list))) <= WIDTH
