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
        "reconciliation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("checked", sa.BigInteger(), nullable=False),
        sa.Column("mended", sa.BigInteger(), nullable=False),
        sa.Column("mismatches", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("looked_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_look_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_reconciliation_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliation")),
        sa.UniqueConstraint("account_id", "day", name=op.f("uq_reconciliation_account_id_day")),
    )
    op.create_table(
        "history_import",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("property_id", sa.BigInteger(), nullable=True),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("lines_done", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("report", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_history_import_account_id")),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_history_import_property_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history_import")),
        sa.UniqueConstraint("account_id", "fingerprint", name=op.f("uq_history_import_account_id_fingerprint")),
    )
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
        "history_booking",
        sa.Column("history_import_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("hotel", sa.String(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "held",
                "pending_approval",
                "confirmed",
                "arrived",
                "completed",
                "cancelled",
                "no_show",
                "expired",
                "released",
                name="bookingstatus",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("status_on", sa.Date(), nullable=True),
        sa.Column("booked_on", sa.Date(), nullable=True),
        sa.Column("arrival", sa.Date(), nullable=True),
        sa.Column("departure", sa.Date(), nullable=True),
        sa.Column("lead_days", sa.SmallInteger(), nullable=True),
        sa.Column("nights", sa.SmallInteger(), nullable=True),
        sa.Column("weekend_nights", sa.SmallInteger(), nullable=True),
        sa.Column("adults", sa.SmallInteger(), nullable=True),
        sa.Column("children", sa.SmallInteger(), nullable=True),
        sa.Column("babies", sa.SmallInteger(), nullable=True),
        sa.Column("rate_cents", sa.Integer(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("meal", sa.String(), nullable=True),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("segment", sa.String(), nullable=True),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("agency", sa.String(), nullable=True),
        sa.Column("company", sa.String(), nullable=True),
        sa.Column("customer_type", sa.String(), nullable=True),
        sa.Column("deposit_type", sa.String(), nullable=True),
        sa.Column("reserved_room_type", sa.String(), nullable=True),
        sa.Column("assigned_room_type", sa.String(), nullable=True),
        sa.Column("is_repeated_guest", sa.Boolean(), nullable=True),
        sa.Column("earlier_cancellations", sa.SmallInteger(), nullable=True),
        sa.Column("earlier_stays", sa.SmallInteger(), nullable=True),
        sa.Column("changes", sa.SmallInteger(), nullable=True),
        sa.Column("waiting_days", sa.SmallInteger(), nullable=True),
        sa.Column("parking_spaces", sa.SmallInteger(), nullable=True),
        sa.Column("special_requests", sa.SmallInteger(), nullable=True),
        sa.Column("is_stay", sa.Boolean(), nullable=False),
        sa.Column("oddities", postgresql.ARRAY(sa.String()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("raw", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_history_booking_account_id")),
        sa.ForeignKeyConstraint(
            ["history_import_id"], ["history_import.id"], name=op.f("fk_history_booking_history_import_id")
        ),
        sa.PrimaryKeyConstraint("history_import_id", "line", name=op.f("pk_history_booking")),
    )
    op.create_index("ix_history_booking_arrival", "history_booking", ["account_id", "hotel", "arrival"], unique=False)
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
    op.create_table(
        "booking_origin",
        sa.Column("booking_id", sa.BigInteger(), nullable=False),
        sa.Column("property_id", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("line", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_booking_origin_booking_id")),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_booking_origin_property_id")),
        sa.PrimaryKeyConstraint("booking_id", name=op.f("pk_booking_origin")),
        sa.UniqueConstraint("property_id", "reference", name=op.f("uq_booking_origin_property_id_reference")),
    )
    op.add_column("account", sa.Column("takes_online", sa.Boolean(), server_default=sa.text("true"), nullable=False))
    op.add_column(
        "closure",
        sa.Column(
            "kind",
            sa.Enum(
                "out_of_order",
                "out_of_service",
                name="closurekind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            server_default="out_of_order",
            nullable=False,
        ),
    )
    op.add_column("dining_area", sa.Column("buffer_minutes", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("night_inventory", sa.Column("maximum_stay", sa.BigInteger(), nullable=True))
    op.add_column(
        "night_inventory", sa.Column("closed_to_arrival", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column(
        "night_inventory",
        sa.Column("closed_to_departure", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column(
        "payment_link",
        sa.Column(
            "provider",
            sa.Enum(
                "twilio",
                "telegram",
                "meta",
                "razorpay",
                "desk",
                name="provider",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            server_default="razorpay",
            nullable=False,
        ),
    )
    op.add_column("payment_link", sa.Column("provider_order_id", sa.String(), nullable=True))
    op.create_unique_constraint(op.f("uq_payment_link_provider_order_id"), "payment_link", ["provider_order_id"])
    op.add_column("property", sa.Column("release_late_minutes", sa.BigInteger(), server_default="30", nullable=False))
    op.add_column("refund", sa.Column("again_for", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_refund_again_for"), "refund", "refund", ["again_for"], ["id"])
    op.add_column("room", sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True))
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
    op.drop_column("room", "retired_at")
    op.drop_constraint(op.f("fk_refund_again_for"), "refund", type_="foreignkey")
    op.drop_column("refund", "again_for")
    op.drop_column("property", "release_late_minutes")
    op.drop_constraint(op.f("uq_payment_link_provider_order_id"), "payment_link", type_="unique")
    op.drop_column("payment_link", "provider_order_id")
    op.drop_column("payment_link", "provider")
    op.drop_column("night_inventory", "closed_to_departure")
    op.drop_column("night_inventory", "closed_to_arrival")
    op.drop_column("night_inventory", "maximum_stay")
    op.drop_column("dining_area", "buffer_minutes")
    op.drop_column("closure", "kind")
    op.drop_column("account", "takes_online")
    op.drop_table("booking_origin")
    op.drop_index(op.f("ix_private_event_property_id"), table_name="private_event")
    op.drop_table("private_event")
    op.drop_index("ix_history_booking_arrival", table_name="history_booking")
    op.drop_table("history_booking")
    op.drop_index(op.f("ix_table_deposit_property_id"), table_name="table_deposit")
    op.drop_table("table_deposit")
    op.drop_table("history_import")
    op.drop_table("reconciliation")
