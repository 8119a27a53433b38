"""The footage tables: segments and gaps, rebuilt from the files when they are lost."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "segment",
        sa.Column("file_id", sa.String(32), nullable=False),
        sa.Column("camera", sa.String(40), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("file_id", name="pk_segment"),
    )
    op.create_index("ix_segment_camera", "segment", ["camera"])
    op.create_index("ix_segment_expires_at", "segment", ["expires_at"])
    op.create_table(
        "gap",
        sa.Column("camera", sa.String(40), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cause", sa.String(16), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("camera", "started_at", name="pk_gap"),
    )
    op.create_index("ix_gap_expires_at", "gap", ["expires_at"])
