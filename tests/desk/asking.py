"""Requests in tests, as the desk's forms make them."""

from datetime import datetime, timedelta

import httpx

from retention.asked.request import Head
from tests.desk.site import Site

WHO = "Fatima el Amrani"


def ask(client: httpx.Client, kind: str = "access", **more: str) -> str:
    """Note a request; its number."""
    form = {"kind": kind, "name": WHO, "reach": "Kerkstraat 12", "said": "Wat weet u?", **more}
    answer = client.post("/requests/new", data=form)
    assert answer.status_code == 303, answer.text
    assert WHO not in answer.headers["location"]
    return answer.headers["location"].removeprefix("/requests/")


def head(site: Site, number: str) -> Head:
    return next(one for one in site.parts.asking.requests.heads() if one.number == number)


def step(client: httpx.Client, site: Site, number: str, what: str, **more: str) -> httpx.Response:
    return client.post(f"/requests/{number}/{what}", data={"version": str(head(site, number).version), **more})


def answered(client: httpx.Client, site: Site, number: str, **more: str) -> httpx.Response:
    done = step(client, site, number, "answer", act="answer", **{"decision": "yes", **more})
    assert done.status_code == 303, done.text
    return client.get(f"/requests/{number}/letter.txt")


def acts(site: Site) -> list[tuple[str, str, str]]:
    found = (entry for entry in site.parts.trail.entries() if entry.act.startswith("request."))
    return [(entry.act, entry.about, entry.category) for entry in found]


def when(start: datetime, end: datetime) -> dict[str, str]:
    """The form's fields of a span, by the site's clock."""
    local = [moment + timedelta(hours=1) for moment in (start, end)]
    return {
        "cameras": "entree",
        "day": f"{local[0]:%Y-%m-%d}",
        "start": f"{local[0]:%H:%M}",
        "end": f"{local[1]:%H:%M}",
    }
