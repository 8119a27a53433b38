"""Visitors whom nobody has confirmed yet, and those who were turned away."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("visit", sa.Column("left_how", sa.String(16), nullable=True))
    op.add_column("visit", sa.Column("waits", sa.Boolean(), nullable=False, server_default=sa.false()))
