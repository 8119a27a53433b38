"""What `portier calamity` tells whoever typed it: sentences, and times as the clock on the wall shows them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from retention.rules import calamity_deadline

FETCH = (
    "fetch the list another way: at the desk under Alarm (screen or PDF), or `portier calamity list`; "
    "`portier calamity print` tries the printers again"
)


@dataclass(frozen=True)
class Telling:
    """Lines for people at one site; each takes what the same command says as JSON."""

    zone: ZoneInfo

    def moment(self, moment: datetime | str) -> str:
        """As "on 2026-11-28 at 14:05:12 CET"."""
        at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        return f"{at.astimezone(self.zone):on %Y-%m-%d at %H:%M:%S %Z}"

    def printed(self, printed: dict[str, Any]) -> list[str]:
        doubt = "" if printed["confirmed"] else " (not confirmed yet: look at the printer)"
        return [f"printed on {printed['printer']} as {printed['form']}{doubt}"]

    def started(self, answer: dict[str, Any]) -> list[str]:
        kind = "drill" if answer["calamity"]["drill"] else "alarm"
        lines = [f"the {kind} stands, raised {self.moment(answer['calamity']['triggered'])}"]
        if answer["printed"]:
            return lines + self.printed(answer["printed"])
        return [*lines, f"the list is not printed: {answer['not_printed']}", FETCH]

    def ended(self, calamity: dict[str, Any]) -> list[str]:
        kind = "drill" if calamity["drill"] else "alarm"
        lines = [f"the {kind} raised {self.moment(calamity['triggered'])} is over"]
        if calamity["drill"]:
            return [*lines, "nothing is kept of it beyond the day"]
        triggered, ended = (datetime.fromisoformat(calamity[key]) for key in ("triggered", "ended"))
        return [*lines, f"its list is destroyed {self.moment(calamity_deadline(triggered, ended))}"]

    def cancelled(self, calamity: dict[str, Any]) -> list[str]:
        kind = "drill" if calamity["drill"] else "alarm"
        return [f"the {kind} raised {self.moment(calamity['triggered'])} was a mistake; its list is destroyed"]
