"""A visitor's slip at the desk: its code is answered with that one entry, and stands in no address and in no file."""

import json

import httpx
import pytest
from pypdf import PdfReader

from kiosk.codes.code import Code
from kiosk.visits import Details
from retention.base.config import Config
from tests.desk.site import Site
from tests.support.clock import ManualClock
from tests.support.cups import PrintServer


@pytest.fixture
def code(site: Site) -> Code:
    """Ann's, among others."""
    made = Code.new()
    site.parts.reception.sign_in(Details("Bo Bakker"), code=Code.new())
    site.parts.reception.sign_in(Details("Ann de Vries"), code=made)
    return made


def acts(site: Site) -> list[tuple[str, str]]:
    trail = b"".join(path.read_bytes() for path in sorted(site.state.audit.glob("*.jsonl"))).decode()
    return [(one["act"], one["actor"]) for one in map(json.loads, trail.splitlines()) if one["act"].startswith("slip.")]


@pytest.mark.parametrize("written", [lambda code: code.text, lambda code: " ".join(code.groups)])
def test_a_slip_shows_its_own_entry_and_no_other(site: Site, client: httpx.Client, code: Code, written) -> None:
    answer = client.post("/slip", data={"code": written(code)})
    assert (answer.status_code, str(answer.url)) == (200, f"{site.address}/slip")
    assert "Ann de Vries" in answer.text
    assert "Bo Bakker" not in answer.text
    assert acts(site) == [("slip.look", "staff:jan")]


def test_from_there_it_is_corrected_and_deleted(site: Site, client: httpx.Client, code: Code) -> None:
    (visit,) = (one.visit for one in site.parts.register.visits() if one.name == "Ann de Vries")
    text = client.post("/slip", data={"code": code.text}).text
    assert f'href="/visits/{visit}"' in text
    assert f'href="/visits/{visit}/delete"' in text
    client.post(f"/visits/{visit}/delete")
    assert "Geen bezoek" in client.post("/slip", data={"code": code.text}).text


def test_who_has_left_is_still_answered(site: Site, client: httpx.Client, code: Code) -> None:
    site.parts.reception.sign_out_by_code(code)
    assert "Ann de Vries" in client.post("/slip", data={"code": code.text}).text


def test_the_code_stands_in_no_file(site: Site, client: httpx.Client, code: Code) -> None:
    client.post("/slip", data={"code": code.text})
    client.post("/slip", data={"code": Code.new().text})
    written = b"".join(path.read_bytes() for path in site.state.directory.rglob("*") if path.is_file())
    assert code.text.encode() not in written


def test_a_code_in_an_address_is_not_heard(client: httpx.Client, code: Code) -> None:
    assert "Ann de Vries" not in client.get(f"/slip?code={code.text}").text


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "typ de veertig cijfers"),
        ("12", "Groep 1 kan niet kloppen"),
        ("<script>", "Groep 1 kan niet kloppen"),
        ("9" * 40, "Groep 1 kan niet kloppen"),
        ("x" * 200, "Dit zijn 200 cijfers"),
        ("00000 " * 7, "Dit zijn 35 cijfers"),
    ],
)
def test_what_is_no_code_is_said_with_what_to_do(client: httpx.Client, given: str, said: str) -> None:
    answer = client.post("/slip", data={"code": given})
    assert answer.status_code == 422
    assert said in answer.text


def test_after_one_wrong_digit_the_forty_are_not_asked_anew(client: httpx.Client, code: Code) -> None:
    groups = code.groups
    groups[4] = groups[4][:4] + str((int(groups[4][4]) + 1) % 10)
    answer = client.post("/slip", data={"code": " ".join(groups)})
    assert "Eén van de cijfers klopt niet" in answer.text
    assert f'name="code" value="{" ".join(groups)}"' in answer.text
    assert (str(answer.url).rpartition("/")[2], answer.headers["cache-control"]) == ("slip", "no-store")


def test_a_group_with_a_digit_too_many_is_told_by_its_place(client: httpx.Client, code: Code) -> None:
    groups = code.groups
    groups[2] += "7"
    text = client.post("/slip", data={"code": " ".join(groups)}).text
    assert "Groep 3 kan niet kloppen" in text
    assert f'<li class="wrong"><b>{groups[2]}</b>' in text


def test_a_code_nobody_has_stays_in_the_form_too(client: httpx.Client) -> None:
    code = Code.new().text
    answer = client.post("/slip", data={"code": code})
    assert "Geen bezoek van vandaag" in answer.text
    assert f'value="{code}"' in answer.text


def test_a_slip_of_yesterday_is_nobodys(site: Site, client: httpx.Client, code: Code, clock: ManualClock) -> None:
    clock.advance(days=1)
    with site.client() as next_day:
        assert "Geen bezoek van vandaag" in next_day.post("/slip", data={"code": code.text}).text


def test_guessing_at_the_desk_is_slowed_and_in_the_trail(site: Site, client: httpx.Client, code: Code) -> None:
    answers = [client.post("/slip", data={"code": Code.new().text}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429]
    assert client.post("/slip", data={"code": code.text}).status_code == 429
    assert [act for act, _ in acts(site)] == ["slip.unknown"] * 5


def test_a_stranger_gets_no_answer(site: Site, code: Code) -> None:
    headers = {"Sec-Fetch-Site": "same-origin"}
    assert httpx.post(site.address + "/slip", data={"code": code.text}, headers=headers).status_code == 401


def test_the_page_tells_todays_stickers_where_there_are_any(site: Site, client: httpx.Client, config: Config) -> None:
    assert "Stickers van vandaag" not in client.get("/slip").text
    kiosk = config.kiosk.model_copy(update={"label_printer": "labels"})
    object.__setattr__(site.parts.office, "config", config.model_copy(update={"kiosk": kiosk}))
    assert "Stickers van vandaag" in client.get("/slip").text


def test_who_is_signed_in_at_the_desk_gets_a_sticker_too(
    site: Site, client: httpx.Client, print_server: PrintServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUPS_SERVER", print_server.server)
    office = site.parts.office
    kiosk = office.config.kiosk.model_copy(update={"label_printer": "paper"})
    object.__setattr__(office, "config", office.config.model_copy(update={"kiosk": kiosk}))
    client.post("/visits/new", data={"name": "Ann de Vries"})
    text = PdfReader(print_server.wait_for_paper()).pages[0].extract_text()
    digits = "".join(word for word in text.split() if word.isdigit() and len(word) == 5)
    assert "Ann" not in text
    assert "Ann de Vries" in client.post("/slip", data={"code": digits}).text
