"""Note the grid of series: the step between times at which all their events begin."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema from 0001 to 0002. Series that are there already are read as if they had no grid."""
    op.add_column("belief_series", sa.Column("grid", sa.Double(), nullable=True))


def downgrade() -> None:
    """Bring the schema back from 0002 to 0001."""
    op.drop_column("belief_series", "grid")
