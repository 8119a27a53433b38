"""The camera sign in two layers (EDPB Guidelines 3/2019): what one reads from two metres, and the full information.

Its periods and purposes come from the rules table; who runs the cameras and whom to ask come from the configuration.
"""

import io
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import segno

from retention.base.config import Config
from retention.base.errors import ConfigurationRefused
from retention.base.translations import N_, translator
from retention.base.typeset import typesetter
from retention.rules import explain, rules

HEAD: Final = N_("Cameras record here")
SEEN: Final = N_("You are in view.")
PICTURE: Final = N_("A camera")
# Heading of a line on the first layer, and what stands behind it; `%` values are filled in below.
FIRST: Final = (
    (N_("Who"), "%(organisation)s"),
    (N_("Why"), "%(purpose)s"),
    (N_("How long"), N_("%(period)s. Then the images are destroyed.")),
    (N_("Your rights"), N_("See your images, get a copy, object, have them destroyed.")),
    (N_("Questions"), "%(officer)s"),
)
NEVER: Final = (N_("No sound."), N_("No face recognition."))
MORE: Final = N_("All information")
MORE_CODE: Final = N_("Code that opens %(url)s")
MORE_HERE: Final = N_("All information is at reception.")
SECOND_HEAD: Final = N_("Cameras: all information")
SECOND: Final = (
    (
        N_("Who is responsible"),
        N_(
            "%(organisation)s is responsible for the cameras at %(place)s. Questions and requests go to the privacy "
            "officer: %(officer)s."
        ),
    ),
    (
        N_("What is recorded, and why"),
        N_(
            "Cameras record pictures, never sound. Purpose: %(purpose)s. Nobody is recognised by their face, and no "
            "computer judges anybody."
        ),
    ),
    (
        N_("On what ground"),
        N_(
            "The legitimate interest of %(organisation)s in the safety of people and property (GDPR article 6(1)(f)). "
            "You may object to it."
        ),
    ),
    (
        N_("Who may look"),
        N_(
            "Only staff with an account, and only for a reason. Each look stands in a trail that the privacy officer "
            "checks every month. Images go to others only where the law asks for it, as to the police. They are kept "
            "on a machine of ours, not with a cloud service."
        ),
    ),
    (
        N_("Your rights"),
        N_(
            "You may see images of yourself and get a copy, in which others are made unrecognisable. You may object, "
            "and ask to destroy or to keep them. Say on what day and at about what hour you were here, before the "
            "images are gone. You get an answer within four weeks. It costs nothing."
        ),
    ),
    (
        N_("A complaint"),
        N_(
            "Not content with the answer? You may complain to the Autoriteit Persoonsgegevens, "
            "autoriteitpersoonsgegevens.nl."
        ),
    ),
)
MASKED: Final = N_("Where streets or neighbours would be in view, that part is blackened before anything is stored.")
KEPT: Final = N_("How long it is kept")
KEPT_HEADS: Final = (N_("What"), N_("From"), N_("Kept"))
ENDS: Final = N_("At its term the key is destroyed, so that no copy can be read any more.")
_RULES: Final = ("footage", "case", "case_asked", "export", "trail")


def sign(config: Config, language: str, at: datetime) -> bytes:
    """The PDF, a page for each layer. Raises ConfigurationRefused while nobody is named, TypesettingRefused."""
    setter = typesetter()
    data = _data(config, language)
    printable = {key: _printable(value, setter) if key != "code" else value for key, value in data.items()}
    return setter.pdf(_source(), printable | {"fonts": setter.families(str(data))}, at)


def _data(config: Config, language: str) -> dict[str, Any]:
    _named(config)
    _ = translator(language, "sign")
    table = {rule.kind: rule for rule in rules(config)}
    values = {
        "organisation": config.organisation.name,
        "place": config.site.name,
        "officer": config.organisation.privacy_officer or "",
        "purpose": _(table["footage"].ground),
        "period": explain(table["footage"], _).capitalize(),
        "url": config.organisation.statement_url or "",
    }
    return {
        "language": language,
        "title": f"{_(HEAD)}, {config.organisation.name}",
        "head": _(HEAD),
        "seen": _(SEEN),
        "picture": _(PICTURE),
        "first": [[_(head), _(text) % values] for head, text in FIRST],
        "never": [_(said) for said in NEVER],
        "more": _(MORE) if values["url"] else _(MORE_HERE),
        "code": _code(values["url"]),
        "code_says": _(MORE_CODE) % values,
        "url": values["url"].removeprefix("https://"),
        "second_head": _(SECOND_HEAD),
        "second": [[_(head), _(text) % values] for head, text in SECOND],
        "masked": _(MASKED) if any(camera.mask for camera in config.cameras) else "",
        "kept": _(KEPT),
        "kept_heads": [_(head) for head in KEPT_HEADS],
        "kept_rows": [[_(rule.what), _(rule.starts), explain(rule, _)] for kind in _RULES if (rule := table[kind])],
        "ends": _(ENDS),
    }


def _named(config: Config) -> None:
    """A sign that does not say who films, and whom to ask, is none."""
    missing = []
    if "name" not in config.organisation.model_fields_set:
        missing.append("organisation.name: write who is responsible for the cameras, for the sign says so")
    if not config.organisation.privacy_officer:
        missing.append("organisation.privacy_officer: write whom to ask, with a telephone number or address")
    if missing:
        raise ConfigurationRefused("the camera sign", missing)


def _code(url: str) -> str:
    if not url:
        return ""
    drawn = io.BytesIO()
    segno.make_qr(url, error="m").save(drawn, kind="svg", border=0, xmldecl=False)
    return drawn.getvalue().decode()


def _printable(value: Any, setter: Any) -> Any:
    if isinstance(value, list):
        return [_printable(part, setter) for part in value]
    return setter.printable(value)


@cache
def _source() -> bytes:
    return Path(__file__).with_name("sign.typ").read_bytes()
