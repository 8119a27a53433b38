"""The whole desk on a database server: a visitor's day, and a server that goes and comes back."""

import httpx
import pytest

from tests.desk.site import NAME, PASSWORD, Site
from tests.support.postgres import PostgreSQL


@pytest.fixture
def database_url(postgresql: str) -> str:
    return postgresql


def test_a_visitors_day_at_the_desk(site: Site, client: httpx.Client) -> None:
    client.post("/visits/new", data={"name": "Zoë Öztürk"})
    (seen,) = site.parts.register.visits()
    assert "Zoë Öztürk" in client.get("/").text
    client.post(f"/visits/{seen.visit}/out")
    assert [str(one.state) for one in site.parts.register.visits()] == ["left"]


def test_a_colleague_logs_in_by_name_and_password(site: Site) -> None:
    with httpx.Client(base_url=site.address, headers={"Sec-Fetch-Site": "same-origin"}, timeout=30) as stranger:
        stranger.post("/login", data={"name": NAME, "password": PASSWORD})
        assert stranger.get("/").status_code == 200


@pytest.mark.parametrize("act", ["out", "back", "stay"])
def test_a_visit_that_no_server_would_look_up_is_unknown(client: httpx.Client, act: str) -> None:
    answers = [client.post(f"/visits/{visit}/{act}") for visit in ("%00", "x" * 300)]
    assert {answer.status_code for answer in answers} <= {404, 409}


def test_a_server_that_goes_is_told_of_and_used_again_when_it_is_back(
    site: Site, client: httpx.Client, model_server: PostgreSQL
) -> None:
    name = str(site.parts.database.engine.url.database)
    model_server.run("postgres", f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    model_server.disconnect(name)
    assert "De database antwoordt niet." in client.get("/").text
    model_server.run("postgres", f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    assert client.get("/").status_code == 200
    assert "antwoordt niet" not in client.get("/").text
