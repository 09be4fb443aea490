"""What a hotel sells.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """What a hotel sells."""
    op.add_column("night_inventory", sa.Column("maximum_stay", sa.BigInteger(), nullable=True))
    op.add_column(
        "night_inventory", sa.Column("closed_to_arrival", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column(
        "night_inventory",
        sa.Column("closed_to_departure", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_column("night_inventory", "closed_to_departure")
    op.drop_column("night_inventory", "closed_to_arrival")
    op.drop_column("night_inventory", "maximum_stay")
