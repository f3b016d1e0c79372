"""Accounts and the roles that they hold."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, String, false
from sqlalchemy import Table as Link
from sqlalchemy.orm import Mapped, mapped_column, relationship

from flexmeasures.adapters.postgres.tables.declaration import Attributes, Document, Key, Table

roles_accounts = Link(
    "roles_accounts",
    Table.metadata,
    Column("account_id", ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", ForeignKey("account_role.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class AccountRoleRow(Table):
    """A role that accounts can hold."""

    __tablename__ = "account_role"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(80), unique=True)
    description: Mapped[str] = mapped_column(String(255), server_default="")


class PlanRow(Table):
    """What an account may use, and how often."""

    __tablename__ = "plan"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(80), unique=True)
    default_rate_limit: Mapped[str | None] = mapped_column(String(80))
    trigger_rate_limit: Mapped[str | None] = mapped_column(String(80))
    rate_limit_key: Mapped[str | None] = mapped_column(String(80))
    max_users: Mapped[int | None]
    max_assets: Mapped[int | None]
    max_clients: Mapped[int | None]
    legacy: Mapped[bool] = mapped_column(server_default=false())


class AccountRow(Table):
    """An organisation or household."""

    __tablename__ = "account"
    __table_args__ = (
        ForeignKeyConstraint(["consultancy_account_id"], ["account.id"], ondelete="SET NULL"),
        ForeignKeyConstraint(["plan_id"], ["plan.id"], ondelete="SET NULL"),
    )

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(100), unique=True)
    primary_color: Mapped[str | None] = mapped_column(String(7))
    secondary_color: Mapped[str | None] = mapped_column(String(7))
    logo_url: Mapped[str | None] = mapped_column(String(255))
    attributes: Mapped[Attributes] = mapped_column(deferred=True)
    secrets: Mapped[Document] = mapped_column(deferred=True)
    consultancy_account_id: Mapped[int | None] = mapped_column(index=True)
    plan_id: Mapped[int | None] = mapped_column(index=True)

    roles: Mapped[list[AccountRoleRow]] = relationship(secondary=roles_accounts, lazy="selectin")
