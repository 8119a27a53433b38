"""Mail as the configuration sets it up: an address, and the server that takes what goes there."""

import re
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from retention.base.errors import ConfigurationRefused

_ADDRESS: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")


def email(value: str) -> str:
    """One address and nothing else, so that no header can be put in."""
    if not _ADDRESS.fullmatch(value):
        raise ValueError('write an address as "fg@example.nl"')
    return value


class MailSection(BaseModel):
    """The server that takes mail to the privacy officer; none is sent without one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    server: str | None = Field(default=None, min_length=1, max_length=200)
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    password_file: Path | None = None
    sender: Annotated[str, AfterValidator(email)] | None = None

    @model_validator(mode="after")
    def _no_password_in_the_clear(self) -> Self:
        if self.user is not None and self.security == "none":
            raise ValueError('a password goes over "starttls" or "tls" only')
        return self

    def password(self) -> str:
        """Raises ConfigurationRefused where the file that holds it cannot be read."""
        try:
            return self.password_file.read_text(encoding="utf-8").strip() if self.password_file else ""
        except (OSError, UnicodeDecodeError):
            raise ConfigurationRefused(
                "[mail] password_file", ["the file cannot be read: see its path and mode"]
            ) from None
