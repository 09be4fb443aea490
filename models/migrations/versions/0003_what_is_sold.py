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
        "pace",
        sa.Column("line_id", sa.BigInteger(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("full_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["line.id"], name=op.f("fk_pace_line_id")),
        sa.PrimaryKeyConstraint("line_id", "address", name=op.f("pk_pace")),
    )
    op.create_table(
        "proof_try",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("guest_id", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("right", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_proof_try_account_id")),
        sa.ForeignKeyConstraint(["guest_id"], ["guest.id"], name=op.f("fk_proof_try_guest_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proof_try")),
    )
    op.create_index("ix_proof_try_guest", "proof_try", ["guest_id", "at"], unique=False)
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
        "invoice_series",
        sa.Column("property_id", sa.BigInteger(), nullable=False),
        sa.Column("financial_year", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("invoice", "credit_note", name="invoicekind", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("last_number", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("last_number >= 0", name=op.f("ck_invoice_series_counts_up")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_invoice_series_account_id")),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_invoice_series_property_id")),
        sa.PrimaryKeyConstraint("property_id", "financial_year", "kind", name=op.f("pk_invoice_series")),
        sa.UniqueConstraint(
            "account_id", "financial_year", "prefix", name=op.f("uq_invoice_series_account_id_financial_year_prefix")
        ),
    )
    op.create_table(
        "promotion",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("property_id", sa.BigInteger(), nullable=True),
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.Column("percent", sa.BigInteger(), nullable=True),
        sa.Column("amount_paise", sa.BigInteger(), nullable=True),
        sa.Column("first_sold", sa.Date(), nullable=True),
        sa.Column("last_sold", sa.Date(), nullable=True),
        sa.Column("first_night", sa.Date(), nullable=True),
        sa.Column("last_night", sa.Date(), nullable=True),
        sa.Column("min_nights", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("room_type_ids", postgresql.ARRAY(sa.BigInteger()), server_default="{}", nullable=False),
        sa.Column("max_uses", sa.BigInteger(), nullable=True),
        sa.Column("used", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("once_per_guest", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(percent IS NULL) <> (amount_paise IS NULL)", name=op.f("ck_promotion_one_kind")),
        sa.CheckConstraint("code = upper(code)", name=op.f("ck_promotion_capitals")),
        sa.CheckConstraint("min_nights >= 1", name=op.f("ck_promotion_min_nights")),
        sa.CheckConstraint("percent BETWEEN 1 AND 100 AND amount_paise > 0", name=op.f("ck_promotion_takes_off")),
        sa.CheckConstraint("used >= 0 AND used <= max_uses", name=op.f("ck_promotion_not_used_up")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_promotion_account_id")),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_promotion_property_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promotion")),
    )
    op.create_index(
        "uq_promotion_running",
        "promotion",
        ["account_id", "code"],
        unique=True,
        postgresql_where=sa.text("stopped_at IS NULL"),
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
        "waitlist_call",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("property_id", sa.BigInteger(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_waitlist_call_property_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waitlist_call")),
    )
    op.create_index("ix_waitlist_call_property", "waitlist_call", ["property_id", "id"], unique=False)
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
        "recording",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("line_id", sa.BigInteger(), nullable=False),
        sa.Column("turn_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('new', 'kept', 'refused')", name=op.f("ck_recording_state")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_recording_account_id")),
        sa.ForeignKeyConstraint(["line_id"], ["line.id"], name=op.f("fk_recording_line_id")),
        sa.ForeignKeyConstraint(["turn_id"], ["turn.id"], name=op.f("fk_recording_turn_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording")),
        sa.UniqueConstraint("turn_id", "number", name=op.f("uq_recording_turn_id_number")),
    )
    op.create_index(
        "ix_recording_due", "recording", ["next_attempt_at"], unique=False, postgresql_where=sa.text("state = 'new'")
    )
    op.create_table(
        "bill_to",
        sa.Column("booking_id", sa.BigInteger(), nullable=False),
        sa.Column("gstin", sa.String(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_bill_to_booking_id")),
        sa.PrimaryKeyConstraint("booking_id", name=op.f("pk_bill_to")),
    )
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
    op.create_table(
        "invoice",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("property_id", sa.BigInteger(), nullable=False),
        sa.Column("booking_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("invoice", "credit_note", name="invoicekind", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("financial_year", sa.BigInteger(), nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("credits_id", sa.BigInteger(), nullable=True),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("tax_paise", sa.BigInteger(), nullable=False),
        sa.Column("total_paise", sa.BigInteger(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'credit_note') = (credits_id IS NOT NULL)", name=op.f("ck_invoice_credits_an_invoice")
        ),
        sa.CheckConstraint("char_length(number) <= 16 AND serial >= 1", name=op.f("ck_invoice_number")),
        sa.CheckConstraint("total_paise >= 0 AND tax_paise >= 0", name=op.f("ck_invoice_not_negative")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_invoice_account_id")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_invoice_booking_id")),
        sa.ForeignKeyConstraint(["credits_id"], ["invoice.id"], name=op.f("fk_invoice_credits_id")),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_invoice_property_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice")),
        sa.UniqueConstraint("account_id", "number", name=op.f("uq_invoice_account_id_number")),
        sa.UniqueConstraint(
            "property_id",
            "financial_year",
            "kind",
            "serial",
            name=op.f("uq_invoice_property_id_financial_year_kind_serial"),
        ),
    )
    op.create_index("ix_invoice_booking", "invoice", ["booking_id"], unique=False)
    op.create_index(
        "uq_invoice_current",
        "invoice",
        ["booking_id"],
        unique=True,
        postgresql_where=sa.text("kind = 'invoice' AND is_current"),
    )
    op.create_table(
        "promotion_use",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("promotion_id", sa.BigInteger(), nullable=False),
        sa.Column("booking_id", sa.BigInteger(), nullable=False),
        sa.Column("guest_id", sa.BigInteger(), nullable=False),
        sa.Column("once", sa.Boolean(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_promotion_use_booking_id")),
        sa.ForeignKeyConstraint(["guest_id"], ["guest.id"], name=op.f("fk_promotion_use_guest_id")),
        sa.ForeignKeyConstraint(["promotion_id"], ["promotion.id"], name=op.f("fk_promotion_use_promotion_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promotion_use")),
    )
    op.create_index(
        "uq_promotion_use_booking",
        "promotion_use",
        ["booking_id"],
        unique=True,
        postgresql_where=sa.text("given_back_at IS NULL"),
    )
    op.create_index(
        "uq_promotion_use_guest",
        "promotion_use",
        ["promotion_id", "guest_id"],
        unique=True,
        postgresql_where=sa.text("once AND given_back_at IS NULL"),
    )
    op.create_table(
        "review",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("property_id", sa.BigInteger(), nullable=False),
        sa.Column("booking_id", sa.BigInteger(), nullable=False),
        sa.Column("guest_id", sa.BigInteger(), nullable=False),
        sa.Column("stars", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name=op.f("ck_review_one_to_five")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_review_account_id")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_review_booking_id")),
        sa.ForeignKeyConstraint(["guest_id"], ["guest.id"], name=op.f("fk_review_guest_id")),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_review_property_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("booking_id", name=op.f("uq_review_booking_id")),
    )
    op.create_index(op.f("ix_review_property_id"), "review", ["property_id"], unique=False)
    op.create_table(
        "waitlist_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("property_id", sa.BigInteger(), nullable=False),
        sa.Column("guest_id", sa.BigInteger(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("stay", "table", name="bookingkind", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "waiting",
                "offered",
                "taken",
                "declined",
                "lapsed",
                "left",
                "over",
                name="waitstatus",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("room_type_id", sa.BigInteger(), nullable=True),
        sa.Column("rooms", sa.BigInteger(), nullable=False),
        sa.Column("adults", sa.BigInteger(), nullable=False),
        sa.Column("children", sa.BigInteger(), nullable=False),
        sa.Column("from_at", sa.Time(), nullable=True),
        sa.Column("until_at", sa.Time(), nullable=True),
        sa.Column("booking_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind <> 'stay' OR last_day > first_day", name=op.f("ck_waitlist_entry_a_stay_has_nights")),
        sa.CheckConstraint(
            "status <> 'offered' OR booking_id IS NOT NULL", name=op.f("ck_waitlist_entry_an_offer_is_a_hold")
        ),
        sa.CheckConstraint(
            "adults >= 1 AND children >= 0 AND rooms >= 1", name=op.f("ck_waitlist_entry_somebody_comes")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_waitlist_entry_account_id")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_waitlist_entry_booking_id")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_waitlist_entry_conversation_id")
        ),
        sa.ForeignKeyConstraint(["guest_id"], ["guest.id"], name=op.f("fk_waitlist_entry_guest_id")),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_waitlist_entry_property_id")),
        sa.ForeignKeyConstraint(["room_type_id"], ["room_type.id"], name=op.f("fk_waitlist_entry_room_type_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waitlist_entry")),
    )
    op.create_index(
        "ix_waitlist_entry_booking",
        "waitlist_entry",
        ["booking_id"],
        unique=False,
        postgresql_where=sa.text("booking_id IS NOT NULL"),
    )
    op.create_index(
        "ix_waitlist_entry_line",
        "waitlist_entry",
        ["property_id", "first_day", "id"],
        unique=False,
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.create_index(
        "uq_waitlist_entry_live",
        "waitlist_entry",
        ["guest_id", "property_id", "first_day", "last_day"],
        unique=True,
        postgresql_where=sa.text("status IN ('waiting', 'offered')"),
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
    op.create_index(
        "ix_closure_running", "closure", ["room_type_id"], unique=False, postgresql_where=sa.text("lifted_at IS NULL")
    )
    op.add_column("consent_event", sa.Column("offers", sa.Boolean(), server_default="false", nullable=False))
    op.add_column(
        "consent_event",
        sa.Column(
            "channel",
            sa.Enum(
                "whatsapp",
                "sms",
                "telegram",
                "dashboard",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
    )
    op.add_column("consent_event", sa.Column("door", sa.String(), server_default="chat", nullable=False))
    op.add_column("conversation", sa.Column("referral", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column("conversation", sa.Column("fresh_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("dining_area", sa.Column("buffer_minutes", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("guest", sa.Column("merged_into_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_guest_merged_into_id"), "guest", "guest", ["merged_into_id"], ["id"])
    op.add_column("guest_identity", sa.Column("offers_out_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "line",
        sa.Column(
            "settings", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
    )
    op.add_column("message", sa.Column("worker", sa.BigInteger(), nullable=True))
    op.add_column("message", sa.Column("by_template", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("message", sa.Column("slot_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("message", sa.Column("shown_as", sa.String(), nullable=True))
    op.add_column("message", sa.Column("segments", sa.BigInteger(), nullable=True))
    op.add_column("message", sa.Column("cost_micros", sa.BigInteger(), nullable=True))
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
    op.add_column("property", sa.Column("quiet_from", sa.Time(), server_default="21:00", nullable=False))
    op.add_column("property", sa.Column("quiet_until", sa.Time(), server_default="09:00", nullable=False))
    op.create_index("ix_property_in_city", "property", ["account_id", sa.literal_column("lower(city)")], unique=False)
    op.add_column("rate", sa.Column("single_off_paise", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("rate", sa.Column("children_free", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("rate_plan", sa.Column("amount_paise", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("rate_plan", sa.Column("per_person", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("rate_plan", sa.Column("stay_price_paise", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column(
        "rate_plan", sa.Column("includes", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False)
    )
    op.add_column("rate_plan", sa.Column("min_nights", sa.BigInteger(), server_default="1", nullable=False))
    op.add_column("rate_plan", sa.Column("max_nights", sa.BigInteger(), nullable=True))
    op.add_column(
        "rate_plan",
        sa.Column("long_stay", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
    )
    op.add_column("rate_plan", sa.Column("access_code", sa.String(), nullable=True))
    op.add_column("rate_plan", sa.Column("company", sa.String(), nullable=True))
    op.create_unique_constraint(
        op.f("uq_rate_plan_property_id_access_code"), "rate_plan", ["property_id", "access_code"]
    )
    op.add_column("refund", sa.Column("again_for", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_refund_again_for"), "refund", "refund", ["again_for"], ["id"])
    op.add_column("room", sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_stay_room_numbered",
        "stay_room",
        ["room_type_id"],
        unique=False,
        postgresql_where=sa.text("active AND room_id IS NOT NULL"),
    )
    op.add_column("table_turn", sa.Column("in_area", sa.Boolean(), server_default="false", nullable=False))
    op.add_column(
        "template",
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
            server_default="twilio",
            nullable=False,
        ),
    )
    op.add_column("template", sa.Column("approval", sa.String(), server_default="unsubmitted", nullable=False))
    op.add_column("template", sa.Column("rejected_because", sa.String(), nullable=True))
    op.add_column("template", sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_constraint(op.f("uq_template_account_id_name"), "template", type_="unique")
    op.create_unique_constraint(
        op.f("uq_template_account_id_provider_name"), "template", ["account_id", "provider", "name"]
    )
    op.add_column("turn", sa.Column("worker", sa.BigInteger(), nullable=True))
    op.execute("ALTER TABLE dining_area DROP CONSTRAINT IF EXISTS ck_dining_area_buffer")
    op.execute("ALTER TABLE dining_area ADD CONSTRAINT ck_dining_area_buffer CHECK ((buffer_minutes >= 0))")
    op.execute("ALTER TABLE property DROP CONSTRAINT IF EXISTS ck_property_late")
    op.execute("ALTER TABLE property ADD CONSTRAINT ck_property_late CHECK ((release_late_minutes >= 0))")
    op.execute("ALTER TABLE rate DROP CONSTRAINT IF EXISTS ck_rate_single_and_small")
    op.execute(
        "ALTER TABLE rate ADD CONSTRAINT ck_rate_single_and_small CHECK (((single_off_paise >= 0) AND (children_free >= 0)))"
    )
    op.execute("ALTER TABLE rate_plan DROP CONSTRAINT IF EXISTS ck_rate_plan_adds")
    op.execute("ALTER TABLE rate_plan ADD CONSTRAINT ck_rate_plan_adds CHECK ((stay_price_paise >= 0))")
    op.execute("ALTER TABLE rate_plan DROP CONSTRAINT IF EXISTS ck_rate_plan_negotiated")
    op.execute(
        "ALTER TABLE rate_plan ADD CONSTRAINT ck_rate_plan_negotiated CHECK (((company IS NULL) OR (access_code IS NOT NULL)))"
    )
    op.execute("ALTER TABLE rate_plan DROP CONSTRAINT IF EXISTS ck_rate_plan_nights")
    op.execute(
        "ALTER TABLE rate_plan ADD CONSTRAINT ck_rate_plan_nights CHECK (((min_nights >= 1) AND (max_nights >= min_nights)))"
    )


def downgrade() -> None:
    """Take it back."""
    op.execute("ALTER TABLE dining_area DROP CONSTRAINT IF EXISTS ck_dining_area_buffer")
    op.execute("ALTER TABLE property DROP CONSTRAINT IF EXISTS ck_property_late")
    op.execute("ALTER TABLE rate DROP CONSTRAINT IF EXISTS ck_rate_single_and_small")
    op.execute("ALTER TABLE rate_plan DROP CONSTRAINT IF EXISTS ck_rate_plan_adds")
    op.execute("ALTER TABLE rate_plan DROP CONSTRAINT IF EXISTS ck_rate_plan_negotiated")
    op.execute("ALTER TABLE rate_plan DROP CONSTRAINT IF EXISTS ck_rate_plan_nights")
    op.drop_column("turn", "worker")
    op.drop_constraint(op.f("uq_template_account_id_provider_name"), "template", type_="unique")
    op.create_unique_constraint(
        op.f("uq_template_account_id_name"), "template", ["account_id", "name"], postgresql_nulls_not_distinct=False
    )
    op.drop_column("template", "checked_at")
    op.drop_column("template", "rejected_because")
    op.drop_column("template", "approval")
    op.drop_column("template", "provider")
    op.drop_column("table_turn", "in_area")
    op.drop_index(
        "ix_stay_room_numbered", table_name="stay_room", postgresql_where=sa.text("active AND room_id IS NOT NULL")
    )
    op.drop_column("room", "retired_at")
    op.drop_constraint(op.f("fk_refund_again_for"), "refund", type_="foreignkey")
    op.drop_column("refund", "again_for")
    op.drop_constraint(op.f("uq_rate_plan_property_id_access_code"), "rate_plan", type_="unique")
    op.drop_column("rate_plan", "company")
    op.drop_column("rate_plan", "access_code")
    op.drop_column("rate_plan", "long_stay")
    op.drop_column("rate_plan", "max_nights")
    op.drop_column("rate_plan", "min_nights")
    op.drop_column("rate_plan", "includes")
    op.drop_column("rate_plan", "stay_price_paise")
    op.drop_column("rate_plan", "per_person")
    op.drop_column("rate_plan", "amount_paise")
    op.drop_column("rate", "children_free")
    op.drop_column("rate", "single_off_paise")
    op.drop_index("ix_property_in_city", table_name="property")
    op.drop_column("property", "quiet_until")
    op.drop_column("property", "quiet_from")
    op.drop_column("property", "release_late_minutes")
    op.drop_constraint(op.f("uq_payment_link_provider_order_id"), "payment_link", type_="unique")
    op.drop_column("payment_link", "provider_order_id")
    op.drop_column("payment_link", "provider")
    op.drop_column("night_inventory", "closed_to_departure")
    op.drop_column("night_inventory", "closed_to_arrival")
    op.drop_column("night_inventory", "maximum_stay")
    op.drop_column("message", "cost_micros")
    op.drop_column("message", "segments")
    op.drop_column("message", "shown_as")
    op.drop_column("message", "slot_at")
    op.drop_column("message", "by_template")
    op.drop_column("message", "worker")
    op.drop_column("line", "settings")
    op.drop_column("guest_identity", "offers_out_at")
    op.drop_constraint(op.f("fk_guest_merged_into_id"), "guest", type_="foreignkey")
    op.drop_column("guest", "merged_into_id")
    op.drop_column("dining_area", "buffer_minutes")
    op.drop_column("conversation", "fresh_since")
    op.drop_column("conversation", "referral")
    op.drop_column("consent_event", "door")
    op.drop_column("consent_event", "channel")
    op.drop_column("consent_event", "offers")
    op.drop_index("ix_closure_running", table_name="closure", postgresql_where=sa.text("lifted_at IS NULL"))
    op.drop_column("closure", "kind")
    op.drop_column("account", "takes_online")
    op.drop_index(
        "uq_waitlist_entry_live",
        table_name="waitlist_entry",
        postgresql_where=sa.text("status IN ('waiting', 'offered')"),
    )
    op.drop_index("ix_waitlist_entry_line", table_name="waitlist_entry", postgresql_where=sa.text("status = 'waiting'"))
    op.drop_index(
        "ix_waitlist_entry_booking", table_name="waitlist_entry", postgresql_where=sa.text("booking_id IS NOT NULL")
    )
    op.drop_table("waitlist_entry")
    op.drop_index(op.f("ix_review_property_id"), table_name="review")
    op.drop_table("review")
    op.drop_index(
        "uq_promotion_use_guest", table_name="promotion_use", postgresql_where=sa.text("once AND given_back_at IS NULL")
    )
    op.drop_index(
        "uq_promotion_use_booking", table_name="promotion_use", postgresql_where=sa.text("given_back_at IS NULL")
    )
    op.drop_table("promotion_use")
    op.drop_index(
        "uq_invoice_current", table_name="invoice", postgresql_where=sa.text("kind = 'invoice' AND is_current")
    )
    op.drop_index("ix_invoice_booking", table_name="invoice")
    op.drop_table("invoice")
    op.drop_table("booking_origin")
    op.drop_table("bill_to")
    op.drop_index("ix_recording_due", table_name="recording", postgresql_where=sa.text("state = 'new'"))
    op.drop_table("recording")
    op.drop_index(op.f("ix_private_event_property_id"), table_name="private_event")
    op.drop_table("private_event")
    op.drop_index("ix_history_booking_arrival", table_name="history_booking")
    op.drop_table("history_booking")
    op.drop_index("ix_waitlist_call_property", table_name="waitlist_call")
    op.drop_table("waitlist_call")
    op.drop_index(op.f("ix_table_deposit_property_id"), table_name="table_deposit")
    op.drop_table("table_deposit")
    op.drop_index("uq_promotion_running", table_name="promotion", postgresql_where=sa.text("stopped_at IS NULL"))
    op.drop_table("promotion")
    op.drop_table("invoice_series")
    op.drop_table("history_import")
    op.drop_index("ix_proof_try_guest", table_name="proof_try")
    op.drop_table("proof_try")
    op.drop_table("pace")
    op.drop_table("reconciliation")
