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


def downgrade() -> None:
    """Take it back."""
    op.drop_index(
        "ix_booking_over", table_name="booking", postgresql_where=sa.text("status IN ('arrived', 'completed')")
    )
    op.drop_index("ix_booking_coming", table_name="booking", postgresql_where=sa.text("status = 'confirmed'"))
    op.drop_index("ix_proof_code_guest", table_name="proof_code")
    op.drop_index(op.f("ix_proof_code_booking_id"), table_name="proof_code")
    op.drop_table("proof_code")
