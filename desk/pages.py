"""How a page is made: Jinja2 with escaping always on, unknown names refused, and the words of the chosen language."""

import re
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse, RedirectResponse

from desk import words as vocabulary
from desk.parts import parts
from desk.wellbeing import urgent
from desk.words import Words, language_of
from kiosk.calamity.thelist import Calamity
from kiosk.passes import COLOUR, Pass, colour_name
from retention.base.clock import microseconds
from retention.base.command import Office
from retention.base.config import Config
from retention.base.errors import UsageRefused
from retention.base.health import reports
from retention.rules import calamity_deadline, visits_day, visits_deadline

LANGUAGE_COOKIE = "portier_language"
_templates = Environment(
    loader=PackageLoader("desk", "templates"),
    autoescape=select_autoescape(default=True, default_for_string=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.globals["vocabulary"] = vocabulary
_templates.globals["micros"] = microseconds


def pass_words(pass_id: str, language: str) -> str:
    """The pass as people say it; an id of another version as it is."""
    try:
        return Pass.parse(pass_id).spoken(language)
    except UsageRefused:
        return pass_id


def pass_fill(pass_id: str) -> str:
    """The colour the pass is painted with."""
    colour = COLOUR.get(pass_id.partition("-")[0])
    return colour.fill if colour else "none"


def commands(sentence: str) -> Markup:
    """A sentence in which commands stand between backticks: they are set as what is typed."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(sentence))))  # noqa: S704 - escaped just before


def camera_title(name: str, config: Config) -> str:
    """What a camera is called at this site; its short name where it is not configured any more."""
    return next((one.title or one.name for one in config.cameras if one.name == name), name)


def staff_name(actor: str) -> str:
    """Who did something, without what kind of account it is."""
    return actor.partition(":")[2] or actor


def words_in(texts: dict[str, str], words: Words) -> dict[str, str]:
    """What a script says, in the language of whoever asks."""
    return {key: words.say(text) for key, text in texts.items()}


_templates.filters["camera_title"] = camera_title
_templates.filters["staff_name"] = staff_name
_templates.filters["words_in"] = words_in
_templates.filters["commands"] = commands
_templates.globals["pass_words"] = pass_words
_templates.globals["colour_words"] = colour_name
_templates.globals["pass_fill"] = pass_fill


def words_of(request: Request) -> Words:
    """The language this browser chose, at this site."""
    site = parts(request).office.config.site
    return Words(language_of(request.cookies.get(LANGUAGE_COOKIE)), site.zone)


def page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page, or a part of one, in the language of whoever asks."""
    desk, words = parts(request), words_of(request)
    now, staff = desk.office.clock.now(), getattr(request.state, "staff", None)
    calamity = desk.alarm.current()
    text = _templates.get_template(template).render(
        _=words.say,
        words=words,
        calamity=calamity,
        ends_in=max(0, round((names_end(desk.office, now, calamity) - now).total_seconds())),
        staff=staff,
        urgent=urgent(reports(desk.office.state), now) if staff else [],
        config=desk.office.config,
        case_calls=desk.caseroom.calls,
        help_calls=desk.bells.calls,
        now=now,
        path=request.url.path,
        **values,
    )
    return HTMLResponse(text, status)


def names_end(office: Office, now: datetime, calamity: Calamity | None) -> datetime:
    """When names that stand on a page must go from it; those of a real calamity outlive their day."""
    config = office.config
    day = visits_deadline(visits_day(now, config.site, config.visits), config.site, config.visits)
    if calamity is None or calamity.drill:
        return day
    return max(day, calamity_deadline(calamity.triggered))


def see(path: str) -> RedirectResponse:
    """After a form has done its work: go and look there (never a second time on reload)."""
    return RedirectResponse(path, 303)


def own_path(text: str | None) -> str:
    """A path of this desk to go on to; the first page when it is anything else."""
    if text and text.startswith("/") and not text.startswith(("//", "/\\")) and not urlsplit(text).netloc:
        return text
    return "/"
