"""What is kept of the code on a tear-off: its hash for the day of the visit, and for the day after."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    for name in ("code", "code_next"):
        op.add_column("visit", sa.Column(name, sa.String(32), nullable=True))
        op.create_index(f"ix_visit_{name}", "visit", [name])
