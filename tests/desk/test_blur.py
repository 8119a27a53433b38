"""Making others unrecognisable at the desk: after a reason, picture by picture, on record, by hand or by numbers."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import cv2
import httpx
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from desk.drafts import Draft
from desk.looks import Look
from desk.views import stills
from recorder.causes import Cause
from retention.base.clock import microseconds
from retention.base.config import Config
from tests.desk.site import Site, missing, record
from tests.desk.test_accessible import RULES
from tests.support.clock import ManualClock
from tests.support.video import Picture, frame_number, frame_numbers

BOX = {"left": "10", "top": "0", "width": "30", "height": "80"}


@pytest.fixture
def start(site: Site, config: Config, clock: ManualClock, film: Path) -> datetime:
    """Twenty seconds of footage and a gap after it; where they begin."""
    start = clock.now().replace(microsecond=0) - timedelta(minutes=9)
    missing(config, clock, "entree", record(config, clock, "entree", film, start, turns=2), Cause.UNREACHABLE)
    return start


def look(client: httpx.Client) -> str:
    answer = client.post("/cameras/entree/look", data={"reason": "person_asked"})
    found = re.search(r"look=([\w-]+)", answer.headers["Location"])
    assert found
    return found[1]


def begin(client: httpx.Client, start: datetime, seconds: float = 20, **form: str) -> httpx.Response:
    local = [(start + timedelta(hours=1, seconds=more)).strftime("%H:%M:%S") for more in (0, seconds)]
    asked = {"day": start.date().isoformat(), "start": local[0], "end": local[1], "look": look(client)}
    return client.post("/cameras/entree/blur", data=asked | form)


def draft_at(client: httpx.Client, start: datetime, seconds: float = 20) -> str:
    """The address of a new draft."""
    return begin(client, start, seconds).headers["Location"].partition("?")[0]


def seen(answer: httpx.Response) -> Picture:
    assert answer.headers["Content-Type"] == "image/jpeg"
    return cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_COLOR).astype(np.uint8)


def draft(seconds: float = 60) -> Draft:
    begin = datetime.fromisoformat("2027-03-02T09:00:00+00:00")
    return Draft("id", Look("id", None, "entree", "incident", 0.0), "entree", begin, begin + timedelta(seconds=seconds))  # type: ignore[arg-type]


def test_between_drawn_pictures_the_box_moves_and_elsewhere_all_is_hidden() -> None:
    made = draft()
    made.mark(2, (0.0, 0.0, 0.2, 0.5))
    made.mark(4, (0.4, 0.0, 0.2, 0.5))
    made.mark(20, (0.0, 0.0, 0.2, 0.5))
    states = [made.shown(number)[0] for number in range(made.pictures)]
    assert made.pictures == 30
    assert {number: state for number, state in enumerate(states) if state != "hidden"} == {
        2: "drawn",
        3: "between",
        4: "drawn",
        20: "drawn",
    }
    assert made.shown(3)[1] == pytest.approx((0.2, 0.0, 0.2, 0.5))
    assert made.seconds_shown() == 6 + 2


def test_a_picture_without_the_person_ends_the_way_of_the_box() -> None:
    made = draft()
    for number, box in ((0, (0.0, 0.0, 0.2, 0.5)), (1, None), (2, (0.4, 0.0, 0.2, 0.5))):
        made.mark(number, box)
    assert [made.plan().view(at).shapes != () for at in (0, 0.9, 1.5, 2, 2.9, 3.5, 4, 5.5)] == [
        True,
        True,
        False,
        False,
        False,
        True,
        True,
        False,
    ]


def test_a_copy_is_made_from_numbers_alone(client: httpx.Client, site: Site, start: datetime, tmp_path: Path) -> None:
    where = draft_at(client, start)
    for number in (0, 3):
        answer = client.post(where, data={"picture": number, "act": "draw", **BOX})
        assert answer.headers["Location"] == f"{where}?picture={number + 1}"
    answer = client.post(f"{where}/make", data={"fill": "blocks"})
    finished = answer.headers["Location"]
    while "data-busy" in (page := client.get(finished).text):
        pass
    film, _ = re.findall(rf'href="({finished}/[^"]+)"', page)
    (tmp_path / "a.mp4").write_bytes(client.get(film).content)

    assert "uiterlijk op dinsdag 30 maart" in page
    numbers = frame_numbers(tmp_path / "a.mp4")
    assert len(numbers) == 500
    assert (
        len(set(numbers[200:])) <= 12
    )  # what nobody drew on is veiled: of 300 numbers none is left, but blocks each second
    acts = [(entry.act, entry.category) for entry in site.parts.trail.entries()]
    assert ("footage.blur", "person_asked") in acts


def test_pictures_show_their_moment_and_go_on_record(client: httpx.Client, site: Site, start: datetime) -> None:
    where = draft_at(client, start)
    large = seen(client.get(f"{where}/picture", params={"picture": 4}))
    small = seen(client.get(f"{where}/picture", params={"picture": 4, "as": "small"}))
    veiled = seen(client.get(f"{where}/picture", params={"picture": 4, "as": "veiled"}))
    assert (frame_number(large), large.shape[1], small.shape[1]) == (200, 640, 200)
    assert float(np.abs(np.diff(veiled.astype(int), axis=1)).mean()) < 2
    assert [entry.span for entry in site.parts.trail.entries() if entry.act == "footage.seen"] == [
        (start, start + timedelta(minutes=1))
    ]


def test_without_a_look_or_with_another_ones_nothing_is_shown(
    client: httpx.Client, site: Site, clock: ManualClock, start: datetime
) -> None:
    assert begin(client, start, look="x" * 22).status_code == 403
    where = draft_at(client, start)
    assert client.get(where.replace("entree", "fietsen")).status_code == 403
    clock.advance(minutes=31)
    assert [client.get(path).status_code for path in (where, f"{where}/picture?picture=0")] == [403, 403]


def test_more_than_ten_minutes_and_nobody_shown_are_refused(client: httpx.Client, start: datetime) -> None:
    assert "hoogstens tien minuten" in begin(client, start, 601).text
    assert begin(client, start, 600).status_code == 303
    assert begin(client, start, -5).status_code == 422
    answer = client.post(f"{draft_at(client, start)}/make", data={"fill": "solid"})
    assert (answer.status_code, "nog niemand te zien" in answer.text) == (422, True)


def test_where_there_is_no_footage_the_page_says_so(client: httpx.Client, start: datetime) -> None:
    where = draft_at(client, start, 40)
    page = client.get(where, params={"picture": 12}).text
    assert "Van dit moment is er geen beeld." in page
    assert client.get(f"{where}/picture", params={"picture": 12}).status_code == 404


@pytest.mark.parametrize("box", [{"left": "-1"}, {"left": "nan"}, {"width": "101"}, {"top": "x"}, {"act": "show"}])
def test_a_form_that_makes_no_sense_changes_nothing(client: httpx.Client, start: datetime, box: dict[str, str]) -> None:
    where = draft_at(client, start)
    answer = client.post(where, data={"picture": "0", "act": "draw", **BOX, **box})
    assert (answer.status_code, "getekend" in client.get(where).text) == (422, False)


def test_too_many_pictures_at_once_leave_room_for_the_alarm(client: httpx.Client, start: datetime) -> None:
    where, taken = draft_at(client, start), 0
    while stills.places.acquire(blocking=False):
        taken += 1
    try:
        assert client.get(f"{where}/picture", params={"picture": 0}).status_code == 429
    finally:
        stills.places.release(taken)


def test_a_frame_is_drawn_with_the_mouse_moved_by_keys_and_kept(desk_page: Page, site: Site, start: datetime) -> None:
    page = desk_page
    page.goto(f"{site.address}/cameras/entree?at={microseconds(start)}&zoom=ten")
    page.get_by_role("radio", name="Iemand vraagt").check()
    page.get_by_role("button", name="Kijken").click()
    page.get_by_text("Een stuk exporteren").click()
    page.get_by_role("button", name="Anderen onherkenbaar maken").click()
    page.wait_for_function("() => document.querySelector('[data-large]')?.naturalWidth > 0")
    stage = page.locator("[data-stage]").bounding_box()
    assert stage
    page.mouse.move(stage["x"] + stage["width"] * 0.2, stage["y"] + stage["height"] * 0.1)
    page.mouse.down()
    page.mouse.move(stage["x"] + stage["width"] * 0.5, stage["y"] + stage["height"] * 0.9, steps=3)
    page.mouse.up()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowUp")
    sides = [float(page.locator(f"input[name={side}]").input_value()) for side in ("left", "top", "width", "height")]
    assert sides == pytest.approx([21, 10, 30, 79], abs=0.3)
    page.keyboard.press("Enter")
    expect(page.locator(".strip li.drawn")).to_have_count(1)
    expect(page.get_by_text("Beeld 2 van 30")).to_be_visible()
    page.get_by_role("button", name="Niet op dit beeld").click()
    expect(page.locator(".strip li.absent")).to_have_count(1)
    expect(page.get_by_text("1 van de 60 seconden")).to_be_visible()
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found] == []
