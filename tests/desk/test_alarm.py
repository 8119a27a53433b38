"""The alarm from the desk: with the service, without it, without log-in, without printer, trail or database."""

import os
import threading
from pathlib import Path

import httpx
import pytest

from kiosk.calamity.triggers import ask
from kiosk.visits import Details, Help
from tests.desk.site import Site
from tests.support.clock import ManualClock
from tests.support.cups import PrintServer

SAME = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def visitors(site: Site) -> None:
    site.parts.reception.sign_in(Details("Fatima El Amrani", "Marieke de Vries"))
    site.parts.reception.sign_in(Details("Jan Smit", None, frozenset({Help.STAIRS})))


@pytest.fixture
def service(visitors: None, service: None) -> None:
    """The calamity service, with people inside."""


@pytest.fixture
def paper(monkeypatch: pytest.MonkeyPatch, print_server: PrintServer) -> PrintServer:
    monkeypatch.setenv("CUPS_SERVER", print_server.server)
    return print_server


def settled(client: httpx.Client) -> str:
    """The page once printing has come to an end."""
    for _ in range(600):
        text = client.get("/alarm").text
        if "De lijst wordt afgedrukt." not in text:
            return text
        threading.Event().wait(0.05)
    raise AssertionError("printing did not end within 30 seconds")


def test_an_alarm_through_the_service_is_on_everywhere(site: Site, client: httpx.Client, service: None) -> None:
    assert client.post("/alarm/start").status_code == 303
    text = settled(client)
    assert "Alarm sinds 10:00:00" in text
    assert "Alarm sinds 10:00:00" in client.get("/cameras").text
    assert (site.state.run / "calamity.sock").exists()


def test_a_drill_that_was_raised_here_and_ended_elsewhere_is_over(
    site: Site, client: httpx.Client, service: None
) -> None:
    client.post("/alarm/start", data={"drill": "true"})
    assert "Oefening sinds 10:00:00" in settled(client)
    assert "Oefening beëindigen" in client.get("/alarm").text
    assert ask(site.state, {"do": "end"}, 5.0)["ok"]
    assert "Oefening sinds" not in client.get("/alarm").text
    assert "Oefening sinds" not in client.get("/cameras").text


def test_an_alarm_that_no_disk_takes_is_on_at_the_desk_until_it_is_ended(
    site: Site, client: httpx.Client, service: None
) -> None:
    (site.state.calamities / "current.json").mkdir()
    client.post("/alarm/start")
    assert "Alarm sinds 10:00:00" in settled(client)
    client.post("/alarm/end")
    assert "Alarm sinds" not in client.get("/alarm").text


def test_an_alarm_without_the_service_is_raised_all_the_same(site: Site, client: httpx.Client, visitors: None) -> None:
    client.post("/alarm/start")
    text = settled(client)
    assert "Alarm sinds" in text
    assert "Geen printer nam de lijst aan." in text
    assert "Fatima El Amrani" in text


def test_the_list_comes_onto_paper(site: Site, paper: PrintServer, client: httpx.Client, visitors: None) -> None:
    client.post("/alarm/start")
    assert paper.wait_for_paper().read_bytes().startswith(b"%PDF")
    assert "Afgedrukt op paper." in settled(client)


def test_nobody_has_to_log_in_to_raise_the_alarm_or_to_print(site: Site, visitors: None) -> None:
    assert httpx.post(site.address + "/alarm/start", headers=SAME, timeout=30).status_code == 303
    assert httpx.post(site.address + "/alarm/print", headers=SAME, timeout=30).status_code == 303
    assert site.parts.alarm.current() is not None


@pytest.mark.parametrize("path", ["/alarm", "/alarm/state", "/alarm/banner"])
def test_a_stranger_sees_that_there_is_an_alarm_and_nobodys_name(site: Site, visitors: None, path: str) -> None:
    httpx.post(site.address + "/alarm/start", headers=SAME, timeout=30)
    text = httpx.get(site.address + path).text
    assert "Alarm sinds" in text
    assert "Fatima" not in text
    assert "Smit" not in text
    assert httpx.get(site.address + "/calamity-list.pdf").status_code == 303


def test_a_stranger_cannot_end_the_alarm(site: Site, visitors: None) -> None:
    httpx.post(site.address + "/alarm/start", headers=SAME, timeout=30)
    assert httpx.post(site.address + "/alarm/end", headers=SAME, timeout=30).status_code == 401
    assert site.parts.alarm.current() is not None


def test_another_page_cannot_raise_it(site: Site) -> None:
    assert httpx.post(site.address + "/alarm/start", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert site.parts.alarm.current() is None


def test_a_drill_says_that_it_is_one(site: Site, client: httpx.Client, visitors: None) -> None:
    client.post("/alarm/start", data={"drill": "true"})
    assert "Oefening sinds" in settled(client)


def test_an_english_list_is_english_all_over(site: Site, client: httpx.Client, visitors: None) -> None:
    parts = site.parts
    gone = parts.reception.sign_in(Details("Karin Smit"))
    parts.register.delete(gone.visit, by="staff:jan")
    client.post("/language", data={"language": "en", "back": "/alarm"}, headers=SAME)
    text = client.get("/alarm").text
    assert "help on the stairs" in text
    assert f"(name deleted on request: {gone.pass_.spoken('en')})" in text
    assert not [word for word in ("hulp op de trap", "verwijderd", gone.pass_.spoken("nl")) if word in text]


def test_the_host_stands_above_their_visitors_in_english_too(client: httpx.Client, visitors: None) -> None:
    client.post("/language", data={"language": "en", "back": "/alarm"}, headers=SAME)
    text = client.get("/alarm").text
    assert "Help wanted: these first" in text
    assert "<h2><bdi>Marieke de Vries</bdi>" in text


def test_a_real_alarm_ends_a_drill_and_no_drill_hides_an_alarm(
    site: Site, client: httpx.Client, visitors: None
) -> None:
    for drill in ("true", "false", "true"):
        client.post("/alarm/start", data={"drill": drill})
        text = settled(client)
    assert "Alarm sinds" in text
    assert "Er is een echt alarm." in text


def test_the_end_keeps_the_frozen_list_and_a_mistake_does_not(
    site: Site, client: httpx.Client, visitors: None, clock: ManualClock
) -> None:
    client.post("/alarm/start")
    client.post("/alarm/end")
    assert "Echt alarm" in settled(client)
    assert client.get("/calamity-list.pdf?frozen=true").content.startswith(b"%PDF")
    clock.advance(minutes=5)
    client.post("/alarm/start")
    client.post("/alarm/end", data={"mistake": "true"})
    assert client.get("/calamity-list.pdf?frozen=true").status_code == 404


def test_the_pdf_holds_everybody_and_is_noted(site: Site, client: httpx.Client, visitors: None, tmp_path: Path) -> None:
    from pypdf import PdfReader  # noqa: PLC0415 - this test alone reads PDF

    answer = client.get("/calamity-list.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    (tmp_path / "list.pdf").write_bytes(answer.content)
    text = "".join(page.extract_text() for page in PdfReader(tmp_path / "list.pdf").pages)
    assert "Fatima El Amrani" in text
    assert "Jan Smit" in text
    assert [(entry.act, entry.actor, entry.about) for entry in site.parts.trail.entries()] == [
        ("calamity.list", "staff:jan", "pdf")
    ]


def test_neither_trail_nor_database_stop_the_alarm(
    site: Site, client: httpx.Client, visitors: None, paper: PrintServer
) -> None:
    folder = site.state.audit
    folder.rename(folder.with_name("audit-away"))
    folder.write_text("")
    site.parts.database.close()
    for path in site.state.directory.glob("portier.db*"):
        path.unlink()
    (site.state.directory / "portier.db").mkdir()
    assert client.post("/alarm/start").status_code == 303
    assert paper.wait_for_paper().read_bytes().startswith(b"%PDF")
    assert "Alarm sinds" in httpx.get(site.address + "/alarm").text
    assert client.get("/").status_code == 503
    assert "De database antwoordt niet." in client.get("/").text


def test_a_service_that_hangs_costs_the_answer_no_time_and_nobody_the_list(
    site: Site, client: httpx.Client, visitors: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket  # noqa: PLC0415 - a service that listens and says nothing

    from desk import alarm  # noqa: PLC0415

    monkeypatch.setattr(alarm, "SILENT_SECONDS", 3.0)
    with socket.socket(socket.AF_UNIX) as deaf:
        folder = os.open(site.state.run, os.O_PATH)
        deaf.bind(f"/proc/self/fd/{folder}/calamity.sock")
        os.close(folder)
        deaf.listen()
        assert client.post("/alarm/start").status_code == 303
        assert "De lijst wordt afgedrukt." in client.get("/alarm").text
        assert "Alarm sinds" in settled(client)
