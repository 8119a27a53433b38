"""/healthz and /metrics: silence is a problem, and red names the promise in danger."""

import re
from datetime import timedelta

import httpx
import pytest

from desk.pages import commands
from desk.wellbeing import EXPECTED, IN_DANGER
from retention.base.health import Problem, Report, publish
from tests.desk.site import Site


def all_well(site: Site, **ages: float) -> None:
    now = site.parts.office.clock.now()
    for name in EXPECTED:
        publish(site.state, Report(name, now - timedelta(seconds=ages.get(name, 1.0)), (), {"disk free": 0.5}))


def test_all_is_well(site: Site) -> None:
    all_well(site)
    answer = httpx.get(site.address + "/healthz")
    assert (answer.status_code, answer.json()["well"], answer.json()["in_danger"]) == (200, True, [])


def test_a_problem_names_its_promise(site: Site) -> None:
    all_well(site)
    now = site.parts.office.clock.now()
    publish(site.state, Report("recorder", now, (Problem("P5", "entree cannot be reached: see to its cable"),)))
    answer = httpx.get(site.address + "/healthz")
    assert (answer.status_code, answer.json()["in_danger"]) == (503, ["P5"])
    assert "see to its cable" in answer.text


@pytest.mark.parametrize("age", [91.0, 86_400.0, -3_600.0])
def test_an_old_report_or_one_from_the_future_is_red(site: Site, age: float) -> None:
    all_well(site, retention=age)
    answer = httpx.get(site.address + "/healthz")
    assert (answer.status_code, answer.json()["in_danger"]) == (503, ["P2"])


def test_a_service_that_never_spoke_is_red(site: Site) -> None:
    all_well(site)
    (site.state.run / "health-calamity.json").unlink()
    assert httpx.get(site.address + "/healthz").json()["in_danger"] == ["P1"]


def test_a_torn_report_is_red(site: Site) -> None:
    all_well(site)
    (site.state.run / "health-recorder.json").write_text("{")
    assert httpx.get(site.address + "/healthz").status_code == 503


def test_the_metrics_say_the_same(site: Site) -> None:
    all_well(site)
    text = httpx.get(site.address + "/metrics").text
    assert 'portier_service_well{service="recorder"} 1.0' in text
    assert 'portier_figure{figure="disk_free",service="kiosk"} 0.5' in text
    publish(site.state, Report("recorder", site.parts.office.clock.now(), (Problem("P5", "blind"),)))
    assert 'portier_problems{promise="P5",service="recorder"} 1.0' in httpx.get(site.address + "/metrics").text


def test_a_colleague_sees_what_is_not_well_in_dutch_and_what_to_do(site: Site, client: httpx.Client) -> None:
    all_well(site)
    assert "niet in orde" not in client.get("/").text
    now = site.parts.office.clock.now()
    publish(site.state, Report("calamity", now, (Problem("P1", "no printer is set up: add one to CUPS"),)))
    for path in ("/", "/wellbeing"):
        text = client.get(path).text
        assert "De lijst voor noodgevallen" in text
        assert "add one to CUPS" in text


def test_every_promise_has_words() -> None:
    assert set(EXPECTED.values()) <= set(IN_DANGER)


def test_whoever_is_not_logged_in_is_not_told_on_a_page(site: Site) -> None:
    assert httpx.get(site.address + "/wellbeing").status_code in {303, 401}


def test_a_command_in_a_sentence_is_set_as_what_is_typed(site: Site) -> None:
    text = httpx.get(site.address + "/login").text
    assert "<code>portier account reset</code>" in text
    assert "`" not in text


def test_what_is_no_command_stays_text() -> None:
    assert commands("a < b, `c < d`") == "a &lt; b, <code>c &lt; d</code>"


def test_a_site_without_a_kiosk_on_this_machine_is_well(site: Site) -> None:
    all_well(site)
    (site.state.run / "health-kiosk.json").unlink()
    answer = httpx.get(site.address + "/healthz")
    assert answer.status_code == 200
    assert answer.json()["services"]["kiosk"] | {"figures": {}} == {
        "well": None,
        "here": False,
        "seconds_since_report": None,
        "problems": [],
        "figures": {},
    }
    assert 'portier_service_well{service="kiosk"}' not in httpx.get(site.address + "/metrics").text


def test_a_kiosk_that_reported_here_and_fell_silent_is_red(site: Site) -> None:
    all_well(site, kiosk=3_600)
    assert httpx.get(site.address + "/healthz").json()["in_danger"] == ["P4"]


def test_a_problem_is_said_in_the_language_of_the_desk(site: Site, client: httpx.Client) -> None:
    all_well(site, calamity=600)
    text = client.get("/").text
    assert "calamity meldde zich voor het laatst op dinsdag 2 maart 09:50:00" in text


URGENT = Problem("P5", "the camera saw nothing", {}, everywhere=True)


def test_what_is_urgent_stands_on_every_page_for_who_is_logged_in(site: Site, client: httpx.Client) -> None:
    all_well(site)
    publish(site.state, Report("recorder", site.parts.office.clock.now(), (URGENT,)))
    for path in ("/", "/cameras", "/privacy", "/alarm/banner"):
        text = client.get(path).text
        assert text.count("de camera zag niets") == 1, path
    assert "de camera zag niets" not in httpx.get(site.address + "/alarm/banner").text


def test_a_page_that_is_not_there_keeps_the_menu(client: httpx.Client, site: Site) -> None:
    assert "Uitloggen" in client.get("/nothing-here").text
    assert "Uitloggen" not in httpx.get(site.address + "/nothing-here").text


MEASURED = {
    "entree.last_frame_age_seconds": 0.4,
    "entree.capturing": 1.0,
    "entree.gap_seconds": 0.0,
    "entree.blind": 0.0,
    "entree.fsync_ms_p99": 3.21,
    "entree.buffer_bytes": 1_200_000.0,
    "entree.clock_offset_ms": -12.0,
    "disk.days_left": 12.34,
    "disk.free_bytes": 1.2e12,
}


def measure(site: Site, age: float = 1.0) -> None:
    all_well(site)
    at = site.parts.office.clock.now() - timedelta(seconds=age)
    publish(site.state, Report("recorder", at, (), MEASURED))


def test_the_metrics_name_the_camera(site: Site) -> None:
    measure(site)
    text = httpx.get(site.address + "/metrics").text
    assert 'portier_camera_last_frame_age_seconds{camera="entree"} 0.4' in text
    assert 'portier_camera_blind{camera="entree"} 0.0' in text
    assert "portier_disk_days_left 12.34" in text


def test_how_a_camera_and_the_disk_are_is_told_in_words(site: Site, client: httpx.Client) -> None:
    measure(site)
    text = re.sub(r"<[^>]+>|\s+", " ", client.get("/cameras").text)
    told = " ".join(text.split())
    for line in (
        "Nieuwste beeld 1 s geleden",
        "Gat op dit moment geen",
        "Ziet iets ja",
        "Opslaan duurt hooguit 3,2 ms",
        "Wacht in het geheugen op de schijf 1,2 MB",
        "De klok van de camera scheelt 12 ms",
        "Ruimte voor nog ten minste 12,3 dagen",
        "Vrij op de schijf 1.200 GB",
    ):
        assert line in told


def test_what_a_silent_recorder_measured_is_not_told(site: Site, client: httpx.Client) -> None:
    measure(site, age=100)
    assert "Nieuwste beeld" not in client.get("/cameras").text
