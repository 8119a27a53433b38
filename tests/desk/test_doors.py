"""What stands before every page: headers, foreign forms, foreign hosts, log-in."""

from collections.abc import Iterator

import httpx
import pytest

from tests.desk.site import NAME, PASSWORD, Site, desk_running
from tests.support.clock import ManualClock
from tests.support.state import make_config, make_state

PAGES = [
    "/",
    "/inside",
    "/visits/new",
    "/slip",
    "/cameras",
    "/cameras/entree",
    "/cameras/entree/timeline",
    "/alarm",
    "/privacy",
]
BEHIND_LOG_IN = [path for path in PAGES if path not in ("/alarm", "/privacy")]
OPEN = ["/login", "/alarm", "/privacy", "/healthz", "/metrics", "/static/desk.css", "/nothing"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One desk for the whole file: nothing here changes anything."""
    state = make_state(tmp_path_factory.mktemp("doors") / "state")
    with desk_running(make_config(state.directory), ManualClock()) as site:
        yield site


@pytest.mark.parametrize("path", [*PAGES, *OPEN])
def test_every_answer_carries_the_strict_headers(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    assert headers["Cache-Control"] == "no-store"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert (headers["X-Frame-Options"], headers["X-Content-Type-Options"]) == ("DENY", "nosniff")
    assert "server" not in headers


@pytest.mark.parametrize("path", PAGES)
def test_no_page_holds_inline_script_or_style(client: httpx.Client, path: str) -> None:
    text = client.get(path).text
    assert "<style" not in text
    assert "style=" not in text
    assert " onclick" not in text
    assert text.count("<script") == text.count('<script type="module" src="/static/')


@pytest.mark.parametrize("path", BEHIND_LOG_IN)
def test_a_stranger_is_sent_to_log_in(site: Site, path: str) -> None:
    answer = httpx.get(site.address + path)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/login")


@pytest.mark.parametrize("site_header", ["cross-site", "same-site", "none"])
def test_a_form_of_another_page_is_refused(site: Site, client: httpx.Client, site_header: str) -> None:
    answer = client.post("/visits/new", data={"name": "Jan"}, headers={"Sec-Fetch-Site": site_header})
    assert answer.status_code == 403
    assert site.parts.register.visits() == []


def test_an_old_browser_is_told_by_origin(site: Site) -> None:
    form = {"name": NAME, "password": PASSWORD}
    own = httpx.post(site.address + "/login", data=form, headers={"Origin": site.address})
    foreign = httpx.post(site.address + "/login", data=form, headers={"Origin": "http://elsewhere.example"})
    neither = httpx.post(site.address + "/login", data=form)
    assert (own.status_code, foreign.status_code, neither.status_code) == (303, 403, 403)


@pytest.mark.parametrize("host", ["elsewhere.example", "127.0.0.1.elsewhere.example", "[::ffff", ""])
def test_a_name_that_was_made_to_point_here_is_not_ours(site: Site, host: str) -> None:
    assert httpx.get(site.address + "/login", headers={"Host": host}).status_code in (400, 421)


def test_a_huge_form_is_not_read(client: httpx.Client) -> None:
    assert client.post("/visits/new", data={"name": "x" * 70_000}).status_code == 413


def test_a_body_without_a_length_is_not_read(client: httpx.Client) -> None:
    assert client.post("/visits/new", content=iter([b"name=Jan"])).status_code == 413


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(site: Site) -> None:
    answer = httpx.post(
        site.address + "/login", data={"name": NAME, "password": PASSWORD}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Path=/" in cookie


def test_logging_out_ends_the_log_in_on_the_server(site: Site, client: httpx.Client) -> None:
    token = client.cookies["portier_login"]
    client.post("/logout")
    assert httpx.get(site.address + "/", cookies={"portier_login": token}).status_code == 303


@pytest.mark.parametrize("next", ["//elsewhere.example", "https://elsewhere.example", "/\\elsewhere.example", ""])
def test_log_in_goes_on_to_pages_of_this_desk_only(site: Site, next: str) -> None:
    answer = httpx.post(
        site.address + "/login",
        data={"name": NAME, "password": PASSWORD, "next": next},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert answer.headers["Location"] == "/"


def test_a_wrong_password_says_so_and_lets_nobody_in(site: Site) -> None:
    answer = httpx.post(
        site.address + "/login",
        data={"name": NAME, "password": "niet het wachtwoord"},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert answer.status_code == 403
    assert "Naam of wachtwoord klopt niet." in answer.text
    assert "Set-Cookie" not in answer.headers


def test_an_unfinished_form_gets_a_sentence(client: httpx.Client) -> None:
    answer = client.post("/login", data={"name": NAME})
    assert answer.status_code == 422
    assert "Er ontbreekt iets" in answer.text


def test_english_is_a_choice_that_stays(client: httpx.Client) -> None:
    assert "Wie is binnen" in client.get("/").text
    client.post("/language", data={"language": "en", "back": "/"})
    assert "Who is inside" in client.get("/").text
