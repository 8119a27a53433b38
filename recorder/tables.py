"""The footage tables: what the desk and reports look up. Rebuilt from the files at any time; the files are right."""

from datetime import datetime

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from retention.base.database import PersonalRecord


class Segment(PersonalRecord):
    """One file of footage. It dies with the key of its minute."""

    __tablename__ = "segment"
    kind = "footage"

    # The random id in the file's head, as hex.
    file_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    camera: Mapped[str] = mapped_column(String(40), index=True)
    # Unix seconds of the start of the minute under whose key the file is sealed.
    epoch: Mapped[int] = mapped_column(BigInteger)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    # Parts: groups of pictures, or a second each of longer ones.
    parts: Mapped[int]
    bytes: Mapped[int] = mapped_column(BigInteger)
    # Ended by its writer; else it is being written, or was cut short.
    closed: Mapped[bool]


class Gap(PersonalRecord):
    """A span of a camera without footage, and why. It dies when footage of that span would have."""

    __tablename__ = "gap"
    kind = "footage"

    camera: Mapped[str] = mapped_column(String(40), primary_key=True)
    started_at: Mapped[datetime] = mapped_column(primary_key=True)
    ended_at: Mapped[datetime]
    # recorder.causes.Cause
    cause: Mapped[str] = mapped_column(String(16))
