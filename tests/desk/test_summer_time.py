"""The night the clock is set back: both half past twos can be asked for, and each says which one it is."""

import re

import httpx
import pytest

from desk.words import Words
from retention.base.clock import microseconds
from retention.base.localtime import instants_of
from tests.base.test_localtime import AMSTERDAM, BACK
from tests.desk.site import Site

FIRST, SECOND = instants_of(BACK, AMSTERDAM)
PAGE = "/cameras/entree"


def test_a_time_that_came_twice_is_asked_after_and_each_answer_leads_to_its_own_instant(client: httpx.Client) -> None:
    asked = client.get(PAGE, params={"day": "2026-10-25", "time": "02:30", "zoom": "ten"})
    assert asked.status_code == 422
    assert "Die nacht ging de klok terug" in asked.text
    answers = re.findall(r'<button[^>]*name="time" value="([^"]+)"', asked.text)
    assert answers == ["02:30:00+02:00", "02:30:00+01:00"]
    for answer, instant in zip(answers, (FIRST, SECOND), strict=True):
        told = client.get(PAGE, params={"day": "2026-10-25", "time": answer, "zoom": "ten"}).text
        assert f'data-at="{instant.timestamp()}"' in told


def test_the_question_keeps_what_was_filled_in(client: httpx.Client) -> None:
    form = {"day": "2026-10-25", "start": "01:30", "end": "02:30", "reason": "incident"}
    asked = client.post(f"{PAGE}/export", data=form)
    assert asked.status_code == 422
    kept = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]+)"', asked.text))
    assert kept | {"back": ""} == {"day": "2026-10-25", "start": "01:30", "reason": "incident", "back": ""}
    assert re.findall(r'<button[^>]*name="(\w+)" value="([^"]+)"', asked.text)[0] == ("end", "02:30:00+02:00")


def test_a_time_that_was_skipped_is_told_so(client: httpx.Client) -> None:
    asked = client.get(PAGE, params={"day": "2027-03-28", "time": "02:30"})
    assert "ging de klok een uur vooruit" in asked.text
    assert re.findall(r'name="time" value="([^"]+)"', asked.text) == ["01:30:00", "03:30:00"]


def test_an_export_from_one_half_past_two_to_the_other_is_an_hour(client: httpx.Client, site: Site) -> None:
    form = {"day": "2026-10-25", "start": "02:30:00+02:00", "end": "02:30:00+01:00", "reason": "incident"}
    assert client.post(f"{PAGE}/export", data=form).status_code == 303
    (made,) = site.parts.exports._exports.values()
    assert (made.start, made.end) == (FIRST, SECOND)


@pytest.mark.parametrize(("instant", "season"), [(FIRST, "zomertijd"), (SECOND, "wintertijd")])
def test_the_page_says_which_of_the_two_it_shows(client: httpx.Client, instant: object, season: str) -> None:
    text = client.get(PAGE, params={"at": microseconds(instant)}).text  # type: ignore[arg-type]
    assert f"<b data-time>02:30:00 ({season})</b>" in text


def test_at_any_other_time_no_season_is_named() -> None:
    assert Words("nl", AMSTERDAM).second(FIRST.replace(hour=12)) == "13:30:00"
