"""What the desk keeps about staff: accounts and log-ins. Both die by the rule for staff accounts, or sooner."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from retention.base.database import PersonalRecord


class StaffAccount(PersonalRecord):
    """Somebody who may log in. `expires_at` is one year after the last log-in or renewal."""

    __tablename__ = "staff_account"
    kind = "staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    # The name they log in with, in small letters; it also stands in the trail.
    name: Mapped[str] = mapped_column(String(40), unique=True)
    # Argon2id with its own parameters and salt, as argon2-cffi writes it.
    password_hash: Mapped[str] = mapped_column(String(200))
    # A disabled account keeps its name taken, so that the trail's actor stays one person.
    disabled: Mapped[bool] = mapped_column(default=False)
    # `staff` or `privacy_officer`.
    role: Mapped[str] = mapped_column(String(20), default="staff", server_default="staff")
    made_at: Mapped[datetime]
    last_login_at: Mapped[datetime | None]


class StaffLogin(PersonalRecord):
    """One browser that is logged in. `expires_at` is the end of its working day."""

    __tablename__ = "staff_login"
    kind = "staff"

    # SHA-256 of the token in the cookie: whoever reads the table cannot log in with it.
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("staff_account.id", ondelete="CASCADE"), index=True)
    made_at: Mapped[datetime]
    account: Mapped[StaffAccount] = relationship()
