"""The page of the one-time link, once there is an account: it says so, and asks for nothing."""

import httpx
import pytest

from desk.tables import StaffAccount
from tests.desk.site import PASSWORD, Site

FORM = {"name": "piet", "password": PASSWORD, "again": PASSWORD}


@pytest.mark.parametrize("way", ["get", "post"])
def test_where_there_is_an_account_the_page_sends_people_to_the_log_in(site: Site, way: str) -> None:
    link = site.parts.front_door.invitation.issue()
    with httpx.Client(base_url=site.address, headers={"Sec-Fetch-Site": "same-origin"}) as stranger:
        answer = stranger.get("/first") if way == "get" else stranger.post("/first", data=FORM | {"link": link})
    assert "Er is al een account." in answer.text
    assert 'href="/login"' in answer.text
    assert ("opnieuw" in answer.text, 'action="/first"' in answer.text, "`" in answer.text) == (False, False, False)


def test_a_spent_link_says_what_to_type_without_backticks(site: Site) -> None:
    with site.parts.database.write() as session:
        session.query(StaffAccount).delete()
    with httpx.Client(base_url=site.address, headers={"Sec-Fetch-Site": "same-origin"}) as stranger:
        text = stranger.post("/first", data=FORM | {"link": "x"}).text
    assert "Deze link werkt niet meer" in text
    assert 'action="/first"' in text
    assert "`" not in text


def test_who_is_logged_in_needs_no_first_account(client: httpx.Client) -> None:
    answer = client.get("/first")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
