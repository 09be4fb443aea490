"""What stays are told.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """What stays are told."""
    op.create_unique_constraint(op.f("uq_property_id_account_id"), "property", ["id", "account_id"])
    op.create_table(
        "proof_code",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("guest_id", sa.BigInteger(), nullable=False),
        sa.Column("booking_id", sa.BigInteger(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_proof_code_code_lives_a_while")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_proof_code_account_id")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_proof_code_booking_id")),
        sa.ForeignKeyConstraint(["guest_id"], ["guest.id"], name=op.f("fk_proof_code_guest_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proof_code")),
    )
    op.create_index(op.f("ix_proof_code_booking_id"), "proof_code", ["booking_id"], unique=False)
    op.create_index("ix_proof_code_guest", "proof_code", ["guest_id", "booking_id", "created_at"], unique=False)
    op.create_index(
        "ix_booking_coming", "booking", ["starts_at"], unique=False, postgresql_where=sa.text("status = 'confirmed'")
    )
    op.create_index(
        "ix_booking_over",
        "booking",
        ["ends_at"],
        unique=False,
        postgresql_where=sa.text("status IN ('arrived', 'completed')"),
    )
    op.drop_constraint(op.f("fk_booking_property_id"), "booking", type_="foreignkey")
    op.drop_constraint(op.f("fk_booking_account_id"), "booking", type_="foreignkey")
    op.create_foreign_key(
        "fk_booking_house", "booking", "property", ["property_id", "account_id"], ["id", "account_id"]
    )
    op.drop_constraint(op.f("fk_booking_event_account_id"), "booking_event", type_="foreignkey")
    op.add_column("payment_link", sa.Column("worker", sa.BigInteger(), nullable=True))
    op.add_column("recording", sa.Column("handoff_id", sa.BigInteger(), nullable=True))
    op.add_column("recording", sa.Column("user_id", sa.BigInteger(), nullable=True))
    op.add_column("recording", sa.Column("words", sa.String(), nullable=True))
    op.alter_column("recording", "turn_id", existing_type=sa.BIGINT(), nullable=True)
    op.create_foreign_key(op.f("fk_recording_handoff_id"), "recording", "handoff", ["handoff_id"], ["id"])
    op.create_foreign_key(op.f("fk_recording_user_id"), "recording", "app_user", ["user_id"], ["id"])
    op.add_column("refund", sa.Column("worker", sa.BigInteger(), nullable=True))
    op.add_column("turn", sa.Column("failures", sa.BigInteger(), server_default="0", nullable=False))
    op.execute("ALTER TABLE recording DROP CONSTRAINT IF EXISTS ck_recording_of_somebody")
    op.execute(
        "ALTER TABLE recording ADD CONSTRAINT ck_recording_of_somebody CHECK (((turn_id IS NULL) = (user_id IS NOT NULL)))"
    )


def downgrade() -> None:
    """Take it back."""
    op.execute("ALTER TABLE recording DROP CONSTRAINT IF EXISTS ck_recording_of_somebody")
    op.drop_column("turn", "failures")
    op.drop_column("refund", "worker")
    op.drop_constraint(op.f("fk_recording_user_id"), "recording", type_="foreignkey")
    op.drop_constraint(op.f("fk_recording_handoff_id"), "recording", type_="foreignkey")
    op.alter_column("recording", "turn_id", existing_type=sa.BIGINT(), nullable=False)
    op.drop_column("recording", "words")
    op.drop_column("recording", "user_id")
    op.drop_column("recording", "handoff_id")
    op.drop_column("payment_link", "worker")
    op.create_foreign_key(op.f("fk_booking_event_account_id"), "booking_event", "account", ["account_id"], ["id"])
    op.drop_constraint("fk_booking_house", "booking", type_="foreignkey")
    op.create_foreign_key(op.f("fk_booking_account_id"), "booking", "account", ["account_id"], ["id"])
    op.create_foreign_key(op.f("fk_booking_property_id"), "booking", "property", ["property_id"], ["id"])
    op.drop_index(
        "ix_booking_over", table_name="booking", postgresql_where=sa.text("status IN ('arrived', 'completed')")
    )
    op.drop_index("ix_booking_coming", table_name="booking", postgresql_where=sa.text("status = 'confirmed'"))
    op.drop_index("ix_proof_code_guest", table_name="proof_code")
    op.drop_index(op.f("ix_proof_code_booking_id"), table_name="proof_code")
    op.drop_table("proof_code")
    op.drop_constraint(op.f("uq_property_id_account_id"), "property", type_="unique")
