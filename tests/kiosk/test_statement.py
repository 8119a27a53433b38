"""The privacy statement: an organisation's own text or ours, refused where it could not be read, kept by version."""

import os
from pathlib import Path

import pytest

from kiosk.statement import LONGEST, Paragraph, load, shipped
from kiosk.visits import Details
from retention.base.config import OrganisationSection
from retention.base.errors import ConfigurationRefused
from tests.kiosk.lobby import Lobby, make_lobby

GOOD = "Versie 2027-01-15\n\n# Wat\nWij bewaren uw naam.\nEen dag.\n\nU mag vragen.\n"


def own(place: Path, url: str | None = None) -> OrganisationSection:
    return OrganisationSection(statement=place, statement_url=url)


def write(folder: Path, text: str | bytes = GOOD, name: str = "statement.nl.txt") -> Path:
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def refused(place: Path) -> str:
    with pytest.raises(ConfigurationRefused) as error:
        load(own(place), str.isprintable)
    assert error.value.exit_code == 78
    return str(error.value)


def test_without_a_text_of_its_own_an_organisation_shows_ours() -> None:
    statement = load(OrganisationSection(), str.isprintable)
    assert set(statement.texts) == {"nl", "en"}
    assert statement.mark == shipped().mark
    assert statement.version == "2026-11-28"


def test_our_dutch_text_is_in_short_sentences() -> None:
    text = " ".join(paragraph.text for paragraph in shipped().texts["nl"])
    sentences = [sentence.split() for sentence in text.replace("?", ".").split(".")]
    assert max(map(len, sentences)) <= 14


def test_a_text_is_read_in_paragraphs_and_headings(tmp_path: Path) -> None:
    statement = load(own(write(tmp_path)), str.isprintable)
    assert statement.version == "2027-01-15"
    assert statement.texts["nl"] == (
        Paragraph("Wat", heading=True),
        Paragraph("Wij bewaren uw naam. Een dag."),
        Paragraph("U mag vragen."),
    )


def test_one_file_is_enough_and_other_languages_see_it(tmp_path: Path) -> None:
    statement = load(own(write(tmp_path) / "statement.nl.txt"), str.isprintable)
    assert [statement.language_for(language) for language in ("nl", "pl")] == ["nl", "nl"]
    both = load(own(write(write(tmp_path), GOOD, "statement.en.txt")), str.isprintable)
    assert [both.language_for(language) for language in ("nl", "en", "pl")] == ["nl", "en", "en"]


def test_a_changed_letter_is_another_text_under_the_same_version(tmp_path: Path) -> None:
    before = load(own(write(tmp_path)), str.isprintable)
    after = load(own(write(tmp_path, GOOD.replace("dag", "week"))), str.isprintable)
    assert (before.version, before.mark == after.mark) == (after.version, False)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "first line tells the version"),
        ("Wij bewaren uw naam.\n\nTekst", "first line tells the version"),
        ("Versie 2\n", "no text follows"),
        (b"Versie 2\n\n\xff\xfe", "is no UTF-8"),
        (b"Versie 2\n\n" + b"a" * LONGEST, "longer than"),
        ("Versie 2\n\nGewone tekst\x1b[2J", "U+001B"),
        ("Versie 2\n\nNaam \u202egewist", "U+202E"),
        ("Versie 2\n\nNaam \x00", "U+0000"),
        ("Versie 2 " + "x" * 100 + "\n\nTekst", "first line tells the version"),
    ],
)
def test_a_text_that_cannot_be_read_is_refused_with_a_sentence(tmp_path: Path, text: str | bytes, said: str) -> None:
    assert said in refused(write(tmp_path, text))


def test_letters_without_a_font_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationRefused, match="no font"):
        load(own(write(tmp_path)), lambda text: "mag" not in text)


def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "statement.nl.txt")
    assert "this is no file" in refused(tmp_path / "statement.nl.txt")
    assert "this is no file" in refused(tmp_path / "statement.en.txt")
    assert "this is no file" in refused(Path("/dev/zero"))
    (tmp_path / "empty").mkdir()
    assert "put in one a language" in refused(tmp_path / "empty")


def test_a_file_that_does_not_name_its_language_is_refused(tmp_path: Path) -> None:
    assert "its language stands in its name" in refused(write(tmp_path, GOOD, "privacy.txt") / "privacy.txt")


def test_languages_of_different_versions_are_refused(tmp_path: Path) -> None:
    write(write(tmp_path), GOOD.replace("01-15", "01-16"), "statement.en.txt")
    assert "statement.en.txt says 2027-01-16" in refused(tmp_path)


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "https://", "www.example.nl", "https://a.example/" + "x" * 200, "https://a.example/\n"],
)
def test_an_address_no_telephone_could_follow_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationRefused, match="statement_url"):
        load(OrganisationSection(statement_url=url), str.isprintable)


def test_the_version_shown_is_kept_with_the_visit_and_dies_with_its_name(lobby: Lobby) -> None:
    mark = shipped().mark
    with make_lobby(lobby.office.config, lobby.clock) as door:
        door.reception._statement = mark
        ann = door.reception.sign_in(Details("Ann"))
        assert [entry.statement for entry in door.roll().on_site] == [mark]
    assert lobby.seen()[ann.visit].statement == mark
    lobby.register.correct(ann.visit, {"name": "Anna"}, by="desk:bo")
    assert lobby.seen()[ann.visit].statement == mark
    assert [entry.statement for entry in lobby.roll().on_site] == [mark]
    lobby.register.delete(ann.visit, by="desk:bo")
    assert lobby.seen()[ann.visit].statement is None
    assert [entry.statement for entry in lobby.roll().on_site] == [None]


def test_whom_staff_sign_in_was_shown_no_version(lobby: Lobby) -> None:
    ann = lobby.reception.sign_in(Details("Ann"), by="desk:bo")
    assert lobby.seen()[ann.visit].statement is None
