"""Keep what was learned of sensors, for all workers and until after they start anew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema from 0003 to 0004."""
    op.create_table(
        "learned",
        sa.Column("sensor_id", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sensor_id"], ["sensor.id"], name=op.f("learned_sensor_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("sensor_id", "way", name=op.f("learned_pkey")),
    )


def downgrade() -> None:
    """Bring the schema back from 0004 to 0003."""
    op.drop_table("learned")
