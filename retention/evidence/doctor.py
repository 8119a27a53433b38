"""What `portier doctor` says of the evidence: how far it is signed, and whether its heads are kept elsewhere."""

from collections.abc import Iterator
from datetime import UTC, timedelta

from retention.base.command import Office
from retention.base.doctor import Line
from retention.base.trusted import TrustedTime
from retention.evidence.archive import Archive
from retention.evidence.mail import HeadPost


def look_at_evidence(office: Office) -> Iterator[Line]:
    """One line."""
    archive, post = Archive.of(office.state), HeadPost(office)
    newest = archive.newest()
    today = TrustedTime(office.state, office.clock).for_destroying().astimezone(UTC).date()
    if newest is None:
        begun = bool(archive.first_keys())
        said = "no day is signed yet; the first one is soon after 00:00 UTC"
        yield Line("evidence", True, said if begun else "there is none yet: the retention service begins it")
    elif newest.day < today - timedelta(days=2):
        yield Line("evidence", False, f"the last signed day is {newest.day}: start the retention service, read its log")
    elif problems := post.problems():
        yield Line("evidence", False, problems[0].message)
    elif not post.is_set_up:
        said = "heads are kept nowhere else yet: set [mail], or keep a certificate elsewhere from time to time"
        yield Line("evidence", True, f"signed up to {newest.day}; {said}")
    else:
        yield Line("evidence", True, f"signed up to {newest.day}; heads mailed up to number {post.mailed()}")
