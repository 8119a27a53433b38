"""What a digest states, in words that screens, mails and paper share; they translate them."""

from collections.abc import Mapping
from typing import Final

from retention.base.state import CALAMITIES, CAMERA_STREAM, CASES, REQUESTS, TEXTS, VISITS
from retention.base.translations import N_
from retention.evidence.digest import Digest

KINDS: Final = {
    CAMERA_STREAM: N_("Camera images, a key for each minute"),
    VISITS: N_("Visitors' data, a key for each day"),
    TEXTS: N_("Free texts of staff, a key for each day"),
    CALAMITIES: N_("Lists of real emergencies, a key for each"),
    CASES: N_("Images of incidents, a key for each case"),
    REQUESTS: N_("Requests of people about their own data, a key for each"),
}
OTHERS: Final = N_("Other")

NOT_RUN: Final = N_(
    "Nothing was noted on this day: Portier did not run, or its trusted time passed over this day at once."
)
OVERDUE: Final = N_(
    "Keys that had reached their latest moment when this day ended, and were not overwritten yet: %(count)s. The "
    "certificate of the day on which they were says how late that was."
)
REDERIVED: Final = N_(
    "Receipts that were lost and made anew, perhaps of a case that got another term and was not destroyed: %(count)s."
)


def kinds(counts: Mapping[str, int]) -> dict[str, int]:
    """Counts by stream as counts by kind: all cameras together."""
    found = dict.fromkeys(KINDS, 0)
    for stream, count in counts.items():
        kind = CAMERA_STREAM if stream.startswith(CAMERA_STREAM) else stream
        found[kind] = found.get(kind, 0) + count
    return found


def doubts(digest: Digest) -> list[tuple[str, dict[str, int]]]:
    """What there is to say against a day, as sentences with their values; none on a day like any other."""
    body = digest.body or {}
    figures = body["figures"]
    found = [
        (figures["overdue"], OVERDUE),
        (figures["late"], N_("Keys overwritten after their latest moment: %(count)s.")),
        (body["clock_doubt_seconds"], N_("The clock was in doubt: it was %(count)s seconds ahead of trusted time.")),
        (figures["unnoted"], N_("Keys overwritten before it was noted that they were made: %(count)s.")),
        (figures["why"].get("rederived", 0) if figures["erased"].get(CASES) else 0, REDERIVED),
        (figures["torn"], N_("Lines of the evidence torn by a power cut: %(count)s.")),
        (figures["breaks"], N_("Places where the chain of receipts was broken before this was signed: %(count)s.")),
    ]
    told: list[tuple[str, dict[str, int]]] = [] if figures["lines"] else [(NOT_RUN, {})]
    told += [(sentence, {"count": int(count)}) for count, sentence in found if count]
    if body["key_is_new"] and digest.number > 1:
        told.append((N_("The signing key was lost; a new chain of keys begins with this day."), {}))
    return told
