"""Users, the roles that they hold, and what logging in needs to know of them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, String, func, text, true
from sqlalchemy import Table as Link
from sqlalchemy.orm import Mapped, mapped_column, relationship

from flexmeasures.adapters.postgres.tables.accounts import AccountRow
from flexmeasures.adapters.postgres.tables.declaration import AccountKey, Key, Table

roles_users = Link(
    "roles_users",
    Table.metadata,
    Column("user_id", ForeignKey("fm_user.id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", ForeignKey("role.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class RoleRow(Table):
    """A role that users can hold."""

    __tablename__ = "role"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(80), unique=True)
    description: Mapped[str] = mapped_column(String(255), server_default="")


class UserRow(Table):
    """A person or programme that calls."""

    __tablename__ = "fm_user"

    id: Mapped[Key]
    email: Mapped[str] = mapped_column(String(255))
    username: Mapped[str] = mapped_column(String(255), unique=True)
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(server_default=true())
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    last_login_at: Mapped[datetime | None]
    last_seen_at: Mapped[datetime | None]
    login_count: Mapped[int] = mapped_column(server_default=text("0"))
    timezone: Mapped[str] = mapped_column(String(80), server_default="UTC")
    account_id: Mapped[AccountKey] = mapped_column(index=True)
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))

    account: Mapped[AccountRow] = relationship(lazy="joined")
    roles: Mapped[list[RoleRow]] = relationship(secondary=roles_users, lazy="selectin")


Index("fm_user_email_key", func.lower(UserRow.email), unique=True)
