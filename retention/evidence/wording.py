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
        (figures["late"], N_("%(count)s keys were overwritten after their latest moment.")),
        (body["clock_doubt_seconds"], N_("The clock was in doubt: it was %(count)s seconds ahead of trusted time.")),
        (figures["unnoted"], N_("%(count)s keys were overwritten before it was noted that they were made.")),
        (figures["torn"], N_("%(count)s lines of the evidence were torn by a power cut.")),
        (figures["breaks"], N_("The chain of receipts was broken in %(count)s places before this day was signed.")),
    ]
    told = [(sentence, {"count": int(count)}) for count, sentence in found if count]
    if body["key_is_new"] and digest.number > 1:
        told.append((N_("The signing key was lost; a new chain of keys begins with this day."), {}))
    return told
