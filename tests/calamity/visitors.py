"""A lobby full of people to lay lists out for: names of all kinds, hosts, wishes for help."""

import random
from datetime import timedelta
from typing import Any

from kiosk.calamity.roll import RollRecord, assemble
from kiosk.calamity.thelist import Calamity, CalamityList, compose
from retention.base.config import SiteSection
from tests.calamity.lobby import MORNING, arrival, change

FIRST = (  # noqa: SIM905
    "Noor Daan Fatima Willem Aisha Jan Sanne Piotr Mehmet Anneke Bram Chantal Youssef Lotte Gerrit Marieke Ahmed "
    "Ingrid Johannes Özlem Søren Élise Kees Truus Hüseyin Łukasz"
).split()
LAST = (  # noqa: SIM905
    "de Vries|Jansen|van den Berg|El Amrani|Bakker|Visser|Smit|Meijer|van der Meulen-Oosterhout|Yılmaz|Kowalski|"
    "de Boer|Mulder|Peters|Hendriks|van Dijk"
).split("|")
HOSTILE = (
    '#let x = 1 *vet* $x^2$ "aanhaling" <b>',
    "محمد عبد الله",
    "王小明",
    "田中 さくら",
    "김민준",
    "😀 Emoji Jan 👩‍👩‍👧",
    "Χρήστος Παπαδόπουλος",
    "Иван Петров",
    "שרה כהן",
    "नरेश कुमार",
    "A" * 80,
    "_onder_ `code` @ref [x] \\ // /* */ ~",
    "สมชาย ใจดี",
)
HOSTS = (
    ("A. Bakker", "06 12 34 56 78"),
    ("Zorgteam Zuid", "020 123 45 67"),
    ("M. El Idrissi", None),
    (None, None),
    ("J. van Oosterhout-de Wit", "06 98 76 54 32"),
)
WISHES = ("stairs", "hearing", "sight", "companion")
NOW = MORNING + timedelta(minutes=301, seconds=33.5)
ALARM = MORNING + timedelta(minutes=290)
SITE = SiteSection(
    name="Hoofdkantoor",
    building="Gebouw A",
    assembly_point="Parkeerplaats noord, bij de vlaggenmast",
    reception_telephone="020 555 01 00",
)


def records(count: int, seed: int = 1, *, hostile: bool = False) -> list[RollRecord]:
    """So many people came; a few left, a few probably."""
    dice, made = random.Random(seed), []
    for number in range(count):
        host, telephone = dice.choice(HOSTS)
        wishes = tuple(dice.sample(WISHES, dice.choice([1, 1, 2]))) if dice.random() < 0.08 else ()
        name = f"{dice.choice(FIRST)} {dice.choice(LAST)}"
        if hostile and number < len(HOSTILE):
            name = HOSTILE[number]
        details: dict[str, Any] = {"host": host, "host_telephone": telephone, "help": wishes}
        came = arrival(name, visit=f"v{number}", minute=dice.randint(-60, 200), **details)
        made.append(came)
        fate = dice.random()
        if fate < 0.06:
            made.append(change(came, "probably_left", minute=300, by="kiosk"))
        elif fate < 0.12:
            made.append(change(came, "sign_out", minute=dice.randint(205, 300)))
    return made


def a_list(count: int, seed: int = 1, *, hostile: bool = False, **details: Any) -> CalamityList:
    """The list of `records`; `alarm` or `drill` set make it one during a calamity."""
    alarm, drill = details.pop("alarm", False), details.pop("drill", False)
    calamity = Calamity(1, ALARM, drill, "os:test") if alarm or drill else None
    roll = assemble(records(count, seed, hostile=hostile))
    return compose(roll, organisation="Stichting Voorbeeld", site=SITE, as_of=NOW, calamity=calamity, **details)


def names_on(the_list: CalamityList) -> list[str]:
    """Every name that must be on paper."""
    return [entry.name or "" for entry in (*(line.entry for line in the_list.lines), *the_list.departed)]
