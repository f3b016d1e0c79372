"""Who or what recorded data."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, func, text
from sqlalchemy.orm import Mapped, mapped_column

from flexmeasures.adapters.postgres.tables.declaration import Attributes, Key, Table


class SourceRow(Table):
    """A source of data. It stays when its user or account goes."""

    __tablename__ = "data_source"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(120))
    type: Mapped[str] = mapped_column(String(80), index=True)
    model: Mapped[str | None] = mapped_column(String(80))
    version: Mapped[str | None] = mapped_column(String(40))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("fm_user.id", ondelete="SET NULL"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    attributes: Mapped[Attributes]


Index(
    "data_source_key",
    SourceRow.name,
    SourceRow.type,
    func.coalesce(SourceRow.user_id, 0),
    func.coalesce(SourceRow.account_id, 0),
    func.coalesce(SourceRow.model, ""),
    func.coalesce(SourceRow.version, ""),
    unique=True,
    postgresql_where=text("user_id IS NOT NULL OR type <> 'user'"),
)
