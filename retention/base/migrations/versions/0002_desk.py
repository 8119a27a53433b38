"""Staff accounts and their log-ins: hashes of passwords and tokens, nothing that lets anybody in."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "staff_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_login_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_staff_account"),
        sa.UniqueConstraint("name", name="uq_staff_account_name"),
    )
    op.create_index("ix_staff_account_expires_at", "staff_account", ["expires_at"])
    op.create_table(
        "staff_login",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_staff_login"),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["staff_account.id"],
            name="fk_staff_login_account_id_staff_account",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_staff_login_account_id", "staff_login", ["account_id"])
    op.create_index("ix_staff_login_expires_at", "staff_login", ["expires_at"])
