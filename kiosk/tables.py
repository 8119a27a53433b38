"""The visits table: what desk and kiosk look things up by. It holds no readable name.

A row can be rebuilt from the roll; where the two disagree, the higher version is right.
"""

from datetime import date, datetime

from sqlalchemy import String, false
from sqlalchemy.orm import Mapped, mapped_column

from retention.base.database import PersonalRecord


class Visit(PersonalRecord):
    """One visit, from expected to left. It dies at the end of its site day, with the key of that day."""

    __tablename__ = "visit"
    kind = "visit"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    # The site day under whose key `sealed` stands; somebody who stays over moves to the next.
    day: Mapped[date] = mapped_column(index=True)
    # Counts every change, in the roll and here: the order of changes, whatever the clocks said.
    version: Mapped[int]
    # expected, on_site, probably_left, left
    state: Mapped[str] = mapped_column(String(16))
    # A language-free id as `blue-owl` or `blue-owl-3`; nobody who is only expected has one.
    pass_id: Mapped[str | None] = mapped_column(String(40), index=True)
    arrived_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    # `visitor`, or the member of staff who signed this visitor out.
    left_by: Mapped[str | None] = mapped_column(String(80))
    # What is kept of the code on the tear-off (`kiosk.codes.code`): for the day of the sign-in, and for the next.
    code: Mapped[str | None] = mapped_column(String(32), index=True)
    code_next: Mapped[str | None] = mapped_column(String(32), index=True)
    # `refused` where staff turned this visitor away; empty else.
    left_how: Mapped[str | None] = mapped_column(String(16))
    # Whether nobody has confirmed this visitor yet, at a site where that is asked.
    waits: Mapped[bool] = mapped_column(default=False, server_default=false())
    # Name, host, help wanted, who came along and the code of an invitation, sealed together to the public half of
    # `day`. The `id` of a visit with an invitation is the hash of that code.
    sealed: Mapped[bytes]
