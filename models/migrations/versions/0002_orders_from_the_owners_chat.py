"""Orders from the owners chat.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Orders from the owners chat."""
    op.create_table(
        "owner_preference",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("muted", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("digest_at", sa.Time(), nullable=False),
        sa.Column("quiet_from", sa.Time(), nullable=True),
        sa.Column("quiet_until", sa.Time(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_owner_preference_account_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_owner_preference_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_owner_preference")),
        sa.UniqueConstraint("account_id", "user_id", name=op.f("uq_owner_preference_account_id_user_id")),
    )
    op.create_table(
        "owner_act",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("property_id", sa.BigInteger(), nullable=True),
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
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("order", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("choices", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "done",
                "dropped",
                "refused",
                "undone",
                name="actstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("effect", sa.String(), nullable=True),
        sa.Column("undo", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("booking_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_owner_act_account_id")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_owner_act_booking_id")),
        sa.ForeignKeyConstraint(["line_id"], ["line.id"], name=op.f("fk_owner_act_line_id")),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_owner_act_property_id")),
        sa.ForeignKeyConstraint(["undone_by_id"], ["app_user.id"], name=op.f("fk_owner_act_undone_by_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_owner_act_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_owner_act")),
    )
    op.create_index("ix_owner_act_account", "owner_act", ["account_id", "id"], unique=False)
    op.create_index(op.f("ix_owner_act_booking_id"), "owner_act", ["booking_id"], unique=False)
    op.create_index("ix_owner_act_chat", "owner_act", ["line_id", "address", "id"], unique=False)
    op.create_table(
        "table_closure",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("property_id", sa.BigInteger(), nullable=False),
        sa.Column("dining_table_id", sa.BigInteger(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_table_closure_in_order")),
        sa.ForeignKeyConstraint(
            ["dining_table_id"], ["dining_table.id"], name=op.f("fk_table_closure_dining_table_id")
        ),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_table_closure_property_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_table_closure")),
    )
    op.create_index("ix_table_closure_table", "table_closure", ["dining_table_id", "first_day"], unique=False)
    op.add_column("handoff", sa.Column("property_id", sa.BigInteger(), nullable=True))
    op.add_column("handoff", sa.Column("pings", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("handoff", sa.Column("next_ping_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("handoff", sa.Column("first_response_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("handoff", sa.Column("last_words_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("handoff", sa.Column("closed_by_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_handoff_property_id"), "handoff", "property", ["property_id"], ["id"])
    op.create_foreign_key(op.f("fk_handoff_closed_by_id"), "handoff", "app_user", ["closed_by_id"], ["id"])
    op.add_column("owner_chat", sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True))
    op.alter_column("handoff", "pings", server_default=None)
    op.drop_constraint("ck_message_purpose", "message")
    op.create_check_constraint(
        op.f("ck_message_purpose"),
        "message",
        "purpose IN ('conversation', 'booking_fact', 'reminder', 'marketing', 'staff', 'person')",
    )


def downgrade() -> None:
    """Take it back."""
    op.execute("UPDATE message SET purpose = 'conversation' WHERE purpose = 'person'")
    op.drop_constraint("ck_message_purpose", "message")
    op.create_check_constraint(
        op.f("ck_message_purpose"),
        "message",
        "purpose IN ('conversation', 'booking_fact', 'reminder', 'marketing', 'staff')",
    )
    op.drop_column("owner_chat", "heard_at")
    op.drop_constraint(op.f("fk_handoff_closed_by_id"), "handoff", type_="foreignkey")
    op.drop_constraint(op.f("fk_handoff_property_id"), "handoff", type_="foreignkey")
    op.drop_column("handoff", "closed_by_id")
    op.drop_column("handoff", "last_words_at")
    op.drop_column("handoff", "first_response_at")
    op.drop_column("handoff", "next_ping_at")
    op.drop_column("handoff", "pings")
    op.drop_column("handoff", "property_id")
    op.drop_index("ix_table_closure_table", table_name="table_closure")
    op.drop_table("table_closure")
    op.drop_index("ix_owner_act_chat", table_name="owner_act")
    op.drop_index(op.f("ix_owner_act_booking_id"), table_name="owner_act")
    op.drop_index("ix_owner_act_account", table_name="owner_act")
    op.drop_table("owner_act")
    op.drop_table("owner_preference")
