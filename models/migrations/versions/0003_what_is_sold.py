"""What a hotel sells.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """What a hotel sells."""
    op.create_table(
        "table_deposit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("property_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("per", sa.String(), nullable=False),
        sa.Column("amount_paise", sa.BigInteger(), nullable=False),
        sa.Column("min_party", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("weekdays", postgresql.ARRAY(sa.BigInteger()), nullable=True),
        sa.Column("from_at", sa.Time(), nullable=True),
        sa.Column("until_at", sa.Time(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("per IN ('table', 'cover')", name=op.f("ck_table_deposit_per")),
        sa.CheckConstraint("amount_paise >= 0", name=op.f("ck_table_deposit_not_negative")),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_table_deposit_in_order")),
        sa.CheckConstraint("min_party >= 1", name=op.f("ck_table_deposit_min_party")),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_table_deposit_property_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_table_deposit")),
    )
    op.create_index(op.f("ix_table_deposit_property_id"), "table_deposit", ["property_id"], unique=False)
    op.create_table(
        "private_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("property_id", sa.BigInteger(), nullable=False),
        sa.Column("dining_area_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("during", postgresql.TSTZRANGE(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("NOT isempty(during)", name=op.f("ck_private_event_lasts")),
        sa.ForeignKeyConstraint(["dining_area_id"], ["dining_area.id"], name=op.f("fk_private_event_dining_area_id")),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_private_event_property_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_private_event")),
    )
    op.create_index(op.f("ix_private_event_property_id"), "private_event", ["property_id"], unique=False)
    op.add_column("dining_area", sa.Column("buffer_minutes", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("night_inventory", sa.Column("maximum_stay", sa.BigInteger(), nullable=True))
    op.add_column(
        "night_inventory", sa.Column("closed_to_arrival", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column(
        "night_inventory",
        sa.Column("closed_to_departure", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column("property", sa.Column("release_late_minutes", sa.BigInteger(), server_default="30", nullable=False))
    op.add_column("table_turn", sa.Column("in_area", sa.Boolean(), server_default="false", nullable=False))
    op.execute("ALTER TABLE dining_area DROP CONSTRAINT IF EXISTS ck_dining_area_buffer")
    op.execute("ALTER TABLE dining_area ADD CONSTRAINT ck_dining_area_buffer CHECK ((buffer_minutes >= 0))")
    op.execute("ALTER TABLE property DROP CONSTRAINT IF EXISTS ck_property_late")
    op.execute("ALTER TABLE property ADD CONSTRAINT ck_property_late CHECK ((release_late_minutes >= 0))")


def downgrade() -> None:
    """Take it back."""
    op.execute("ALTER TABLE dining_area DROP CONSTRAINT IF EXISTS ck_dining_area_buffer")
    op.execute("ALTER TABLE property DROP CONSTRAINT IF EXISTS ck_property_late")
    op.drop_column("table_turn", "in_area")
    op.drop_column("property", "release_late_minutes")
    op.drop_column("night_inventory", "closed_to_departure")
    op.drop_column("night_inventory", "closed_to_arrival")
    op.drop_column("night_inventory", "maximum_stay")
    op.drop_column("dining_area", "buffer_minutes")
    op.drop_index(op.f("ix_private_event_property_id"), table_name="private_event")
    op.drop_table("private_event")
    op.drop_index(op.f("ix_table_deposit_property_id"), table_name="table_deposit")
    op.drop_table("table_deposit")
