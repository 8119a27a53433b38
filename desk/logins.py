"""Who is logged in: tokens live in the browser's cookie, their hashes here. A log-in ends after a working day."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from desk.accounts import Staff, as_staff
from desk.tables import StaffLogin

LASTS = timedelta(hours=12)


def log_in(session: Session, staff: Staff, *, now: datetime) -> str:
    """Open a log-in and return the token for the cookie; log-ins that have ended go."""
    session.execute(delete(StaffLogin).where(StaffLogin.expires_at <= now))
    token = secrets.token_urlsafe(32)
    session.add(StaffLogin(token_hash=_hash(token), account_id=staff.id, made_at=now, expires_at=now + LASTS))
    return token


def who(session: Session, token: str, *, now: datetime) -> Staff | None:
    """Whose token this is; None once it has ended or the account is closed."""
    login = session.scalar(select(StaffLogin).where(StaffLogin.token_hash == _hash(token)))
    if login is None or login.expires_at <= now or login.account.disabled or login.account.expires_at <= now:
        return None
    return as_staff(login.account)


def log_out(session: Session, token: str) -> None:
    """End the log-in; a token that is unknown changes nothing."""
    session.execute(delete(StaffLogin).where(StaffLogin.token_hash == _hash(token)))


def _hash(token: str) -> str:
    # 256 random bits need no salt and no slow hash.
    return hashlib.sha256(token.encode()).hexdigest()
