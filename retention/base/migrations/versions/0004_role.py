"""Which accounts are the privacy officer's."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("staff_account", sa.Column("role", sa.String(20), nullable=False, server_default="staff"))
