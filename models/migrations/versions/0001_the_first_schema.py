"""The first schema.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    """The first schema."""
    op.create_table(
        "account",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("slug", name=op.f("uq_account_slug")),
    )
    op.create_table(
        "app_user",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_app_user")),
        sa.UniqueConstraint("email", name=op.f("uq_app_user_email")),
    )
    op.create_table(
        "debug_clock",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("ahead_seconds", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_debug_clock_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_debug_clock")),
    )
    op.create_table(
        "cancellation_policy",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("terms", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_cancellation_policy_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cancellation_policy")),
    )
    op.create_table(
        "credential",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
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
            nullable=False,
        ),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_credential_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential")),
        sa.UniqueConstraint("account_id", "provider", "name", name=op.f("uq_credential_account_id_provider_name")),
    )
    op.create_table(
        "guest",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_guest_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest")),
    )
    op.create_index(op.f("ix_guest_account_id"), "guest", ["account_id"], unique=False)
    op.create_table(
        "line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
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
            nullable=False,
        ),
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
            nullable=False,
        ),
        sa.Column("address", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_line_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line")),
        sa.UniqueConstraint("provider", "address", name=op.f("uq_line_provider_address")),
    )
    op.create_index(op.f("ix_line_account_id"), "line", ["account_id"], unique=False)
    op.create_table(
        "link_code",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_link_code_code_lives_a_while")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_link_code_account_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_link_code_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_link_code_code_hash")),
    )
    op.create_table(
        "template",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("provider_id", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_template_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template")),
        sa.UniqueConstraint("account_id", "name", name=op.f("uq_template_account_id_name")),
    )
    op.create_table(
        "conversation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("line_id", sa.BigInteger(), nullable=False),
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
            nullable=False,
        ),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("guest_id", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("language_chosen", sa.Boolean(), nullable=False),
        sa.Column("journey", sa.String(), nullable=False),
        sa.Column("asked", sa.String(), nullable=False),
        sa.Column("asked_turn_id", sa.BigInteger(), nullable=True),
        sa.Column("frame", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("options", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("menu", sa.BigInteger(), nullable=False),
        sa.Column("misses", sa.BigInteger(), nullable=False),
        sa.Column("booking_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "mode",
            sa.Enum("desk", "human", name="conversationmode", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("mode_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_inbound_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_conversation_account_id")),
        sa.ForeignKeyConstraint(["guest_id"], ["guest.id"], name=op.f("fk_conversation_guest_id")),
        sa.ForeignKeyConstraint(["line_id"], ["line.id"], name=op.f("fk_conversation_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
        sa.UniqueConstraint("line_id", "address", name=op.f("uq_conversation_line_id_address")),
    )
    op.create_index(op.f("ix_conversation_account_id"), "conversation", ["account_id"], unique=False)
    op.create_index(op.f("ix_conversation_guest_id"), "conversation", ["guest_id"], unique=False)
    op.create_table(
        "guest_identity",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("guest_id", sa.BigInteger(), nullable=False),
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
            nullable=False,
        ),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("opted_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_guest_identity_account_id")),
        sa.ForeignKeyConstraint(["guest_id"], ["guest.id"], name=op.f("fk_guest_identity_guest_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest_identity")),
        sa.UniqueConstraint(
            "account_id", "channel", "address", name=op.f("uq_guest_identity_account_id_channel_address")
        ),
    )
    op.create_index(op.f("ix_guest_identity_guest_id"), "guest_identity", ["guest_id"], unique=False)
    op.create_table(
        "owner_chat",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("line_id", sa.BigInteger(), nullable=False),
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
            nullable=False,
        ),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unlinked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_owner_chat_account_id")),
        sa.ForeignKeyConstraint(["line_id"], ["line.id"], name=op.f("fk_owner_chat_line_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_owner_chat_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_owner_chat")),
    )
    op.create_index(op.f("ix_owner_chat_account_id"), "owner_chat", ["account_id"], unique=False)
    op.create_index(
        "uq_owner_chat_open",
        "owner_chat",
        ["line_id", "address"],
        unique=True,
        postgresql_where=sa.text("unlinked_at IS NULL"),
    )
    op.create_table(
        "property",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("hotel", "restaurant", name="propertykind", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("stars", sa.BigInteger(), nullable=True),
        sa.Column("cuisines", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("amenities", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("picture", sa.String(), nullable=True),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("day_starts_at", sa.Time(), nullable=False),
        sa.Column("check_in_at", sa.Time(), nullable=False),
        sa.Column("check_out_at", sa.Time(), nullable=False),
        sa.Column("gstin", sa.String(), nullable=True),
        sa.Column("specified_premises", sa.Boolean(), nullable=False),
        sa.Column("service_charge_percent", sa.BigInteger(), nullable=False),
        sa.Column("needs_approval", sa.Boolean(), nullable=False),
        sa.Column("hold_minutes", sa.BigInteger(), nullable=False),
        sa.Column("horizon_days", sa.BigInteger(), nullable=False),
        sa.Column("lead_minutes", sa.BigInteger(), nullable=False),
        sa.Column("bring", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("cancellation_policy_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("lat BETWEEN -90 AND 90 AND lon BETWEEN -180 AND 180", name=op.f("ck_property_on_earth")),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name=op.f("ck_property_stars")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_property_account_id")),
        sa.ForeignKeyConstraint(
            ["cancellation_policy_id"], ["cancellation_policy.id"], name=op.f("fk_property_cancellation_policy_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_property")),
    )
    op.create_index("ix_property_search", "property", ["account_id", "kind", "city"], unique=False)
    op.create_table(
        "answer",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("property_id", sa.BigInteger(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("words", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_answer_property_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint("property_id", "topic", name=op.f("uq_answer_property_id_topic")),
    )
    op.create_table(
        "consent_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("guest_identity_id", sa.BigInteger(), nullable=False),
        sa.Column("opted_out", sa.Boolean(), nullable=False),
        sa.Column("wording", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["guest_identity_id"], ["guest_identity.id"], name=op.f("fk_consent_event_guest_identity_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_event")),
    )
    op.create_index(op.f("ix_consent_event_guest_identity_id"), "consent_event", ["guest_identity_id"], unique=False)
    op.create_table(
        "dining_area",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("property_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_dining_area_property_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dining_area")),
        sa.UniqueConstraint("property_id", "name", name=op.f("uq_dining_area_property_id_name")),
    )
    op.create_table(
        "handoff",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by_id", sa.BigInteger(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_handoff_account_id")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_handoff_conversation_id")),
        sa.ForeignKeyConstraint(["taken_by_id"], ["app_user.id"], name=op.f("fk_handoff_taken_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handoff")),
    )
    op.create_index(
        "uq_handoff_open", "handoff", ["conversation_id"], unique=True, postgresql_where=sa.text("closed_at IS NULL")
    )
    op.create_table(
        "membership",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("property_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "role",
            sa.Enum(
                "customer", "staff", "owner", "admin", name="role", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_membership_account_id")),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_membership_property_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_membership_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint(
            "user_id",
            "account_id",
            "property_id",
            name=op.f("uq_membership_user_id_account_id_property_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(op.f("ix_membership_account_id"), "membership", ["account_id"], unique=False)
    op.create_table(
        "quote",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("property_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("stay", "table", name="bookingkind", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("request", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("parts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("policy", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("tax_paise", sa.BigInteger(), nullable=False),
        sa.Column("total_paise", sa.BigInteger(), nullable=False),
        sa.Column("deposit_paise", sa.BigInteger(), nullable=False),
        sa.Column("good_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("deposit_paise BETWEEN 0 AND total_paise", name=op.f("ck_quote_deposit_within_total")),
        sa.CheckConstraint("total_paise >= 0 AND tax_paise >= 0", name=op.f("ck_quote_not_negative")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_quote_account_id")),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_quote_property_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote")),
    )
    op.create_table(
        "rate_plan",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("property_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("meal_plan", sa.String(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("percent", sa.BigInteger(), nullable=False),
        sa.Column("deposit_percent", sa.BigInteger(), nullable=False),
        sa.Column("cancellation_policy_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("meal_plan IN ('EP', 'CP', 'MAP', 'AP')", name=op.f("ck_rate_plan_meal_plan")),
        sa.CheckConstraint("deposit_percent BETWEEN 0 AND 100", name=op.f("ck_rate_plan_deposit_percent")),
        sa.CheckConstraint("percent > -100", name=op.f("ck_rate_plan_percent")),
        sa.ForeignKeyConstraint(
            ["cancellation_policy_id"], ["cancellation_policy.id"], name=op.f("fk_rate_plan_cancellation_policy_id")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["rate_plan.id"], name=op.f("fk_rate_plan_parent_id")),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_rate_plan_property_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rate_plan")),
        sa.UniqueConstraint("property_id", "code", name=op.f("uq_rate_plan_property_id_code")),
    )
    op.create_table(
        "room_type",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("property_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("base_adults", sa.BigInteger(), nullable=False),
        sa.Column("max_adults", sa.BigInteger(), nullable=False),
        sa.Column("max_guests", sa.BigInteger(), nullable=False),
        sa.Column("extra_beds", sa.BigInteger(), nullable=False),
        sa.Column("picture", sa.String(), nullable=True),
        sa.CheckConstraint(
            "base_adults >= 1 AND max_adults >= base_adults AND max_guests >= max_adults",
            name=op.f("ck_room_type_occupancy"),
        ),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_room_type_property_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_type")),
        sa.UniqueConstraint("property_id", "name", name=op.f("uq_room_type_property_id_name")),
    )
    op.create_table(
        "season",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("property_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("first_night", sa.Date(), nullable=False),
        sa.Column("last_night", sa.Date(), nullable=False),
        sa.Column("percent", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("last_night >= first_night", name=op.f("ck_season_in_order")),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_season_property_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_season")),
    )
    op.create_index(op.f("ix_season_property_id"), "season", ["property_id"], unique=False)
    op.create_table(
        "sitting",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("property_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("weekdays", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("opens_at", sa.Time(), nullable=False),
        sa.Column("last_order_at", sa.Time(), nullable=False),
        sa.Column("slot_minutes", sa.BigInteger(), nullable=False),
        sa.Column("pacing_covers", sa.BigInteger(), nullable=True),
        sa.Column("cover_deposit_paise", sa.BigInteger(), nullable=False),
        sa.Column("cover_price_paise", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("slot_minutes BETWEEN 5 AND 240", name=op.f("ck_sitting_slot_minutes")),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_sitting_property_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitting")),
        sa.UniqueConstraint("property_id", "name", name=op.f("uq_sitting_property_id_name")),
    )
    op.create_table(
        "turn",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("first_received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "done", "given_up", name="turnstate", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(), nullable=True),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_turn_account_id")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_turn_conversation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_turn")),
    )
    op.create_index(
        "ix_turn_due", "turn", ["next_attempt_at"], unique=False, postgresql_where=sa.text("state = 'open'")
    )
    op.create_index(
        "uq_turn_open", "turn", ["conversation_id"], unique=True, postgresql_where=sa.text("state = 'open'")
    )
    op.create_table(
        "turn_time",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("property_id", sa.BigInteger(), nullable=False),
        sa.Column("up_to_covers", sa.BigInteger(), nullable=False),
        sa.Column("minutes", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_turn_time_minutes")),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_turn_time_property_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_turn_time")),
        sa.UniqueConstraint("property_id", "up_to_covers", name=op.f("uq_turn_time_property_id_up_to_covers")),
    )
    op.create_table(
        "area_day",
        sa.Column("dining_area_id", sa.BigInteger(), nullable=False),
        sa.Column("service_day", sa.Date(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["dining_area_id"], ["dining_area.id"], name=op.f("fk_area_day_dining_area_id")),
        sa.PrimaryKeyConstraint("dining_area_id", "service_day", name=op.f("pk_area_day")),
    )
    op.create_table(
        "booking",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("property_id", sa.BigInteger(), nullable=False),
        sa.Column("guest_id", sa.BigInteger(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=True),
        sa.Column("quote_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("stay", "table", name="bookingkind", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("reference", sa.String(), nullable=False),
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
            nullable=False,
        ),
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
            nullable=False,
        ),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("party_size", sa.BigInteger(), nullable=False),
        sa.Column("adults", sa.BigInteger(), nullable=False),
        sa.Column("children", sa.BigInteger(), nullable=False),
        sa.Column("total_paise", sa.BigInteger(), nullable=False),
        sa.Column("deposit_paise", sa.BigInteger(), nullable=False),
        sa.Column("policy", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("hold_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hold_prolonged", sa.Boolean(), nullable=False),
        sa.Column("wishes", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind <> 'stay' OR last_day > first_day", name=op.f("ck_booking_a_stay_has_nights")),
        sa.CheckConstraint("status <> 'held' OR hold_expires_at IS NOT NULL", name=op.f("ck_booking_a_hold_ends")),
        sa.CheckConstraint("deposit_paise BETWEEN 0 AND total_paise", name=op.f("ck_booking_deposit_within_total")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_booking_lasts")),
        sa.CheckConstraint("party_size >= 1", name=op.f("ck_booking_somebody_comes")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_booking_account_id")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_booking_conversation_id")),
        sa.ForeignKeyConstraint(["guest_id"], ["guest.id"], name=op.f("fk_booking_guest_id")),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_booking_property_id")),
        sa.ForeignKeyConstraint(["quote_id"], ["quote.id"], name=op.f("fk_booking_quote_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
        sa.UniqueConstraint("reference", name=op.f("uq_booking_reference")),
    )
    op.create_index("ix_booking_guest", "booking", ["guest_id", "created_at"], unique=False)
    op.create_index(
        "ix_booking_holds",
        "booking",
        ["hold_expires_at"],
        unique=False,
        postgresql_where=sa.text("status IN ('held', 'pending_approval')"),
    )
    op.create_index("ix_booking_property_day", "booking", ["property_id", "first_day"], unique=False)
    op.create_table(
        "dining_table",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("dining_area_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("min_covers", sa.BigInteger(), nullable=False),
        sa.Column("max_covers", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("min_covers >= 1 AND max_covers >= min_covers", name=op.f("ck_dining_table_covers")),
        sa.ForeignKeyConstraint(["dining_area_id"], ["dining_area.id"], name=op.f("fk_dining_table_dining_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dining_table")),
        sa.UniqueConstraint("dining_area_id", "number", name=op.f("uq_dining_table_dining_area_id_number")),
    )
    op.create_table(
        "inbox_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
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
            nullable=False,
        ),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("line_id", sa.BigInteger(), nullable=True),
        sa.Column("conversation_id", sa.BigInteger(), nullable=True),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "new",
                "taken",
                "done",
                "failed",
                name="inboxstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("turn_id", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_inbox_entry_account_id")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_inbox_entry_conversation_id")),
        sa.ForeignKeyConstraint(["line_id"], ["line.id"], name=op.f("fk_inbox_entry_line_id")),
        sa.ForeignKeyConstraint(["turn_id"], ["turn.id"], name=op.f("fk_inbox_entry_turn_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox_entry")),
        sa.UniqueConstraint(
            "account_id", "provider", "event_id", name=op.f("uq_inbox_entry_account_id_provider_event_id")
        ),
    )
    op.create_index(
        "ix_inbox_entry_conversation",
        "inbox_entry",
        ["conversation_id", "id"],
        unique=False,
        postgresql_where=sa.text("state IN ('new', 'taken')"),
    )
    op.create_index(op.f("ix_inbox_entry_turn_id"), "inbox_entry", ["turn_id"], unique=False)
    op.create_index(
        "ix_inbox_entry_waiting",
        "inbox_entry",
        ["next_attempt_at"],
        unique=False,
        postgresql_where=sa.text("state = 'new'"),
    )
    op.create_table(
        "joined_tables",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("dining_area_id", sa.BigInteger(), nullable=False),
        sa.Column("table_ids", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("min_covers", sa.BigInteger(), nullable=False),
        sa.Column("max_covers", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("min_covers >= 1 AND max_covers >= min_covers", name=op.f("ck_joined_tables_covers")),
        sa.ForeignKeyConstraint(["dining_area_id"], ["dining_area.id"], name=op.f("fk_joined_tables_dining_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joined_tables")),
    )
    op.create_index(op.f("ix_joined_tables_dining_area_id"), "joined_tables", ["dining_area_id"], unique=False)
    op.create_table(
        "night_inventory",
        sa.Column("room_type_id", sa.BigInteger(), nullable=False),
        sa.Column("night", sa.Date(), nullable=False),
        sa.Column("sellable", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("sold", sa.BigInteger(), nullable=False),
        sa.Column("price_paise", sa.BigInteger(), nullable=False),
        sa.Column("minimum_stay", sa.BigInteger(), nullable=False),
        sa.Column("stop_sell", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "held >= 0 AND sold >= 0 AND held + sold <= sellable", name=op.f("ck_night_inventory_not_oversold")
        ),
        sa.ForeignKeyConstraint(["room_type_id"], ["room_type.id"], name=op.f("fk_night_inventory_room_type_id")),
        sa.PrimaryKeyConstraint("room_type_id", "night", name=op.f("pk_night_inventory")),
        postgresql_with={"fillfactor": 70},
    )
    op.create_index("ix_night_inventory_night", "night_inventory", ["night", "room_type_id"], unique=False)
    op.create_table(
        "rate",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("rate_plan_id", sa.BigInteger(), nullable=False),
        sa.Column("room_type_id", sa.BigInteger(), nullable=False),
        sa.Column("base_paise", sa.BigInteger(), nullable=False),
        sa.Column("weekend_paise", sa.BigInteger(), nullable=False),
        sa.Column("extra_adult_paise", sa.BigInteger(), nullable=False),
        sa.Column("child_paise", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("base_paise > 0 AND weekend_paise > 0", name=op.f("ck_rate_costs_something")),
        sa.ForeignKeyConstraint(["rate_plan_id"], ["rate_plan.id"], name=op.f("fk_rate_rate_plan_id")),
        sa.ForeignKeyConstraint(["room_type_id"], ["room_type.id"], name=op.f("fk_rate_room_type_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rate")),
        sa.UniqueConstraint("rate_plan_id", "room_type_id", name=op.f("uq_rate_rate_plan_id_room_type_id")),
    )
    op.create_index(op.f("ix_rate_room_type_id"), "rate", ["room_type_id"], unique=False)
    op.create_table(
        "room",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("property_id", sa.BigInteger(), nullable=False),
        sa.Column("room_type_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_room_property_id")),
        sa.ForeignKeyConstraint(["room_type_id"], ["room_type.id"], name=op.f("fk_room_room_type_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room")),
        sa.UniqueConstraint("property_id", "number", name=op.f("uq_room_property_id_number")),
    )
    op.create_index(op.f("ix_room_room_type_id"), "room", ["room_type_id"], unique=False)
    op.create_table(
        "booking_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("booking_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
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
            nullable=False,
        ),
        sa.Column(
            "actor",
            sa.Enum(
                "guest",
                "staff",
                "system",
                "gateway",
                name="actorkind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("door", sa.String(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "xid", sa.BigInteger(), server_default=sa.text("(pg_current_xact_id()::text)::bigint"), nullable=False
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_booking_event_account_id")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_booking_event_booking_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_event")),
    )
    op.create_index(op.f("ix_booking_event_booking_id"), "booking_event", ["booking_id"], unique=False)
    op.create_index("ix_booking_event_cursor", "booking_event", ["account_id", "xid", "id"], unique=False)
    op.create_table(
        "closure",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("property_id", sa.BigInteger(), nullable=False),
        sa.Column("room_type_id", sa.BigInteger(), nullable=False),
        sa.Column("room_id", sa.BigInteger(), nullable=True),
        sa.Column("nights", postgresql.DATERANGE(), nullable=False),
        sa.Column("rooms", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("NOT isempty(nights)", name=op.f("ck_closure_has_nights")),
        sa.CheckConstraint("rooms > 0", name=op.f("ck_closure_rooms")),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_closure_property_id")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_closure_room_id")),
        sa.ForeignKeyConstraint(["room_type_id"], ["room_type.id"], name=op.f("fk_closure_room_type_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure")),
    )
    op.create_index(op.f("ix_closure_property_id"), "closure", ["property_id"], unique=False)
    op.create_table(
        "message",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("line_id", sa.BigInteger(), nullable=False),
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
            nullable=False,
        ),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=True),
        sa.Column("booking_id", sa.BigInteger(), nullable=True),
        sa.Column("turn_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "purpose",
            sa.Enum(
                "conversation",
                "booking_fact",
                "reminder",
                "marketing",
                "staff",
                name="purpose",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("reply", sa.String(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("options", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "sending",
                "unknown",
                "sent",
                "delivered",
                "read",
                "failed",
                "cancelled",
                name="messagestate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("provider_id", sa.String(), nullable=True),
        sa.Column("error_code", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_message_account_id")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_message_booking_id")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_message_conversation_id")),
        sa.ForeignKeyConstraint(["line_id"], ["line.id"], name=op.f("fk_message_line_id")),
        sa.ForeignKeyConstraint(["turn_id"], ["turn.id"], name=op.f("fk_message_turn_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("key", name=op.f("uq_message_key")),
    )
    op.create_index("ix_message_conversation", "message", ["conversation_id", "id"], unique=False)
    op.create_index(
        "ix_message_due", "message", ["next_attempt_at"], unique=False, postgresql_where=sa.text("state = 'queued'")
    )
    op.create_index(
        "ix_message_in_flight",
        "message",
        ["lease_until"],
        unique=False,
        postgresql_where=sa.text("state IN ('sending', 'unknown')"),
    )
    op.create_index(op.f("ix_message_provider_id"), "message", ["provider_id"], unique=False)
    op.create_index(
        "ix_message_recipient",
        "message",
        ["line_id", "address", "id"],
        unique=False,
        postgresql_where=sa.text("state IN ('queued', 'sending', 'unknown')"),
    )
    op.create_table(
        "payment_link",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("booking_id", sa.BigInteger(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("amount_paise", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "wanted",
                "opening",
                "open",
                "closing",
                "paid",
                "expired",
                "cancelled",
                "failed",
                name="linkstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("provider_link_id", sa.String(), nullable=True),
        sa.Column("short_url", sa.String(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_paise >= 100", name=op.f("ck_payment_link_at_least_a_rupee")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_payment_link_account_id")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_payment_link_booking_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_link")),
        sa.UniqueConstraint("provider_link_id", name=op.f("uq_payment_link_provider_link_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_payment_link_reference")),
        sa.UniqueConstraint("token", name=op.f("uq_payment_link_token")),
    )
    op.create_index(op.f("ix_payment_link_booking_id"), "payment_link", ["booking_id"], unique=False)
    op.create_index(
        "ix_payment_link_due",
        "payment_link",
        ["next_attempt_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('wanted', 'opening', 'closing')"),
    )
    op.create_index(
        "uq_payment_link_live",
        "payment_link",
        ["booking_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('wanted', 'opening', 'open')"),
    )
    op.create_table(
        "stay_room",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("booking_id", sa.BigInteger(), nullable=False),
        sa.Column("room_type_id", sa.BigInteger(), nullable=False),
        sa.Column("room_id", sa.BigInteger(), nullable=True),
        sa.Column("stay", postgresql.DATERANGE(), nullable=False),
        sa.Column("adults", sa.BigInteger(), nullable=False),
        sa.Column("children", sa.BigInteger(), nullable=False),
        sa.Column("extra_beds", sa.BigInteger(), nullable=False),
        sa.Column("is_pinned", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("int8range(room_id, room_id, '[]')"), "="),
            (sa.column("stay"), "&&"),
            where=sa.text("room_id IS NOT NULL AND active"),
            deferrable="True",
            initially="IMMEDIATE",
            using="gist",
            name="room_never_shared",
        ),
        sa.CheckConstraint("NOT isempty(stay)", name=op.f("ck_stay_room_has_nights")),
        sa.CheckConstraint("adults >= 1 AND children >= 0 AND extra_beds >= 0", name=op.f("ck_stay_room_people")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_stay_room_booking_id")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_stay_room_room_id")),
        sa.ForeignKeyConstraint(["room_type_id"], ["room_type.id"], name=op.f("fk_stay_room_room_type_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stay_room")),
    )
    op.create_index(
        "ix_stay_room_active",
        "stay_room",
        ["room_type_id", sa.literal_column("lower(stay)")],
        unique=False,
        postgresql_where=sa.text("active"),
    )
    op.create_index(op.f("ix_stay_room_booking_id"), "stay_room", ["booking_id"], unique=False)
    op.create_table(
        "table_turn",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("booking_id", sa.BigInteger(), nullable=False),
        sa.Column("dining_table_id", sa.BigInteger(), nullable=False),
        sa.Column("during", postgresql.TSTZRANGE(), nullable=False),
        sa.Column("is_pinned", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("int8range(dining_table_id, dining_table_id, '[]')"), "="),
            (sa.column("during"), "&&"),
            where=sa.text("active"),
            deferrable="True",
            initially="IMMEDIATE",
            using="gist",
            name="table_never_shared",
        ),
        sa.CheckConstraint("NOT isempty(during)", name=op.f("ck_table_turn_lasts")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_table_turn_booking_id")),
        sa.ForeignKeyConstraint(["dining_table_id"], ["dining_table.id"], name=op.f("fk_table_turn_dining_table_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_table_turn")),
    )
    op.create_index(op.f("ix_table_turn_booking_id"), "table_turn", ["booking_id"], unique=False)
    op.create_table(
        "payment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("booking_id", sa.BigInteger(), nullable=True),
        sa.Column("payment_link_id", sa.BigInteger(), nullable=True),
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
            nullable=False,
        ),
        sa.Column("provider_payment_id", sa.String(), nullable=False),
        sa.Column("amount_paise", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "authorized",
                "captured",
                "failed",
                "flagged",
                name="paymentstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("flag", sa.String(), nullable=True),
        sa.Column("captured_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_paise > 0", name=op.f("ck_payment_more_than_nothing")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_payment_account_id")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_payment_booking_id")),
        sa.ForeignKeyConstraint(["payment_link_id"], ["payment_link.id"], name=op.f("fk_payment_payment_link_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("provider", "provider_payment_id", name=op.f("uq_payment_provider_provider_payment_id")),
    )
    op.create_index(op.f("ix_payment_booking_id"), "payment", ["booking_id"], unique=False)
    op.create_table(
        "refund",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("booking_id", sa.BigInteger(), nullable=True),
        sa.Column("payment_id", sa.BigInteger(), nullable=False),
        sa.Column("amount_paise", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "wanted",
                "sending",
                "pending",
                "processed",
                "failed",
                name="refundstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("provider_refund_id", sa.String(), nullable=True),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount_paise > 0", name=op.f("ck_refund_more_than_nothing")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_refund_account_id")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_refund_booking_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_refund_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
        sa.UniqueConstraint("key", name=op.f("uq_refund_key")),
        sa.UniqueConstraint("provider_refund_id", name=op.f("uq_refund_provider_refund_id")),
    )
    op.create_index(op.f("ix_refund_booking_id"), "refund", ["booking_id"], unique=False)
    op.create_index(
        "ix_refund_due",
        "refund",
        ["next_attempt_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('wanted', 'sending')"),
    )
    op.create_index(op.f("ix_refund_payment_id"), "refund", ["payment_id"], unique=False)
    op.create_table(
        "folio_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("booking_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "charge", "payment", "refund", name="foliokind", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("amount_paise", sa.BigInteger(), nullable=False),
        sa.Column("payment_id", sa.BigInteger(), nullable=True),
        sa.Column("refund_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(kind = 'payment') = (payment_id IS NOT NULL)", name=op.f("ck_folio_line_payment_named")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_folio_line_booking_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_folio_line_payment_id")),
        sa.ForeignKeyConstraint(["refund_id"], ["refund.id"], name=op.f("fk_folio_line_refund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_folio_line")),
        sa.UniqueConstraint("payment_id", name=op.f("uq_folio_line_payment_id")),
        sa.UniqueConstraint("refund_id", name=op.f("uq_folio_line_refund_id")),
    )
    op.create_index(op.f("ix_folio_line_booking_id"), "folio_line", ["booking_id"], unique=False)


def downgrade() -> None:
    """Take it back."""
    op.drop_index(op.f("ix_folio_line_booking_id"), table_name="folio_line")
    op.drop_table("folio_line")
    op.drop_index(op.f("ix_refund_payment_id"), table_name="refund")
    op.drop_index("ix_refund_due", table_name="refund", postgresql_where=sa.text("state IN ('wanted', 'sending')"))
    op.drop_index(op.f("ix_refund_booking_id"), table_name="refund")
    op.drop_table("refund")
    op.drop_index(op.f("ix_payment_booking_id"), table_name="payment")
    op.drop_table("payment")
    op.drop_index(op.f("ix_table_turn_booking_id"), table_name="table_turn")
    op.drop_table("table_turn")
    op.drop_index(op.f("ix_stay_room_booking_id"), table_name="stay_room")
    op.drop_index("ix_stay_room_active", table_name="stay_room", postgresql_where=sa.text("active"))
    op.drop_table("stay_room")
    op.drop_index(
        "uq_payment_link_live",
        table_name="payment_link",
        postgresql_where=sa.text("state IN ('wanted', 'opening', 'open')"),
    )
    op.drop_index(
        "ix_payment_link_due",
        table_name="payment_link",
        postgresql_where=sa.text("state IN ('wanted', 'opening', 'closing')"),
    )
    op.drop_index(op.f("ix_payment_link_booking_id"), table_name="payment_link")
    op.drop_table("payment_link")
    op.drop_index(
        "ix_message_recipient",
        table_name="message",
        postgresql_where=sa.text("state IN ('queued', 'sending', 'unknown')"),
    )
    op.drop_index(op.f("ix_message_provider_id"), table_name="message")
    op.drop_index(
        "ix_message_in_flight", table_name="message", postgresql_where=sa.text("state IN ('sending', 'unknown')")
    )
    op.drop_index("ix_message_due", table_name="message", postgresql_where=sa.text("state = 'queued'"))
    op.drop_index("ix_message_conversation", table_name="message")
    op.drop_table("message")
    op.drop_index(op.f("ix_closure_property_id"), table_name="closure")
    op.drop_table("closure")
    op.drop_index("ix_booking_event_cursor", table_name="booking_event")
    op.drop_index(op.f("ix_booking_event_booking_id"), table_name="booking_event")
    op.drop_table("booking_event")
    op.drop_index(op.f("ix_room_room_type_id"), table_name="room")
    op.drop_table("room")
    op.drop_index(op.f("ix_rate_room_type_id"), table_name="rate")
    op.drop_table("rate")
    op.drop_index("ix_night_inventory_night", table_name="night_inventory")
    op.drop_table("night_inventory")
    op.drop_index(op.f("ix_joined_tables_dining_area_id"), table_name="joined_tables")
    op.drop_table("joined_tables")
    op.drop_index("ix_inbox_entry_waiting", table_name="inbox_entry", postgresql_where=sa.text("state = 'new'"))
    op.drop_index(op.f("ix_inbox_entry_turn_id"), table_name="inbox_entry")
    op.drop_index(
        "ix_inbox_entry_conversation", table_name="inbox_entry", postgresql_where=sa.text("state IN ('new', 'taken')")
    )
    op.drop_table("inbox_entry")
    op.drop_table("dining_table")
    op.drop_index("ix_booking_property_day", table_name="booking")
    op.drop_index(
        "ix_booking_holds", table_name="booking", postgresql_where=sa.text("status IN ('held', 'pending_approval')")
    )
    op.drop_index("ix_booking_guest", table_name="booking")
    op.drop_table("booking")
    op.drop_table("area_day")
    op.drop_table("turn_time")
    op.drop_index("uq_turn_open", table_name="turn", postgresql_where=sa.text("state = 'open'"))
    op.drop_index("ix_turn_due", table_name="turn", postgresql_where=sa.text("state = 'open'"))
    op.drop_table("turn")
    op.drop_table("sitting")
    op.drop_index(op.f("ix_season_property_id"), table_name="season")
    op.drop_table("season")
    op.drop_table("room_type")
    op.drop_table("rate_plan")
    op.drop_table("quote")
    op.drop_index(op.f("ix_membership_account_id"), table_name="membership")
    op.drop_table("membership")
    op.drop_index("uq_handoff_open", table_name="handoff", postgresql_where=sa.text("closed_at IS NULL"))
    op.drop_table("handoff")
    op.drop_table("dining_area")
    op.drop_index(op.f("ix_consent_event_guest_identity_id"), table_name="consent_event")
    op.drop_table("consent_event")
    op.drop_table("answer")
    op.drop_index("ix_property_search", table_name="property")
    op.drop_table("property")
    op.drop_index("uq_owner_chat_open", table_name="owner_chat", postgresql_where=sa.text("unlinked_at IS NULL"))
    op.drop_index(op.f("ix_owner_chat_account_id"), table_name="owner_chat")
    op.drop_table("owner_chat")
    op.drop_index(op.f("ix_guest_identity_guest_id"), table_name="guest_identity")
    op.drop_table("guest_identity")
    op.drop_index(op.f("ix_conversation_guest_id"), table_name="conversation")
    op.drop_index(op.f("ix_conversation_account_id"), table_name="conversation")
    op.drop_table("conversation")
    op.drop_table("template")
    op.drop_table("link_code")
    op.drop_index(op.f("ix_line_account_id"), table_name="line")
    op.drop_table("line")
    op.drop_index(op.f("ix_guest_account_id"), table_name="guest")
    op.drop_table("guest")
    op.drop_table("credential")
    op.drop_table("cancellation_policy")
    op.drop_table("debug_clock")
    op.drop_table("app_user")
    op.drop_table("account")
