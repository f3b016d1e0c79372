"""Data sources in memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from flexmeasures.domain.accounts import User
from flexmeasures.domain.beliefs import Source, SourceType
from flexmeasures.testing.memory.tables import Tables


@dataclass(frozen=True, slots=True)
class MemorySources:
    """A fake of the store of sources."""

    tables: Tables

    def of_user(self, user: User) -> Source:
        """Return the source of what a user sends, made when it is missing."""
        for source in self.tables.sources.values():
            if source.user_id == user.id and source.type == SourceType.USER:
                return source
        return self._keep(
            Source(0, user.username, SourceType.USER, user_id=user.id, account_id=user.account.id)
        )

    def of_model(
        self, name: str, source_type: str, model: str | None = None, version: str | None = None
    ) -> Source:
        """Return the source of what a programme computes, made when it is missing."""
        wanted = Source(0, name, source_type, model, version)
        for source in self.tables.sources.values():
            if replace(source, id=0) == wanted:
                return source
        return self._keep(wanted)

    def named(self, ids: Iterable[int]) -> dict[int, Source]:
        """Return sources by id."""
        return {each: self.tables.sources[each] for each in ids if each in self.tables.sources}

    def all(self) -> list[Source]:
        """Return all sources, in order of their ids."""
        return [source for _, source in sorted(self.tables.sources.items())]

    def delete_unused(self) -> int:
        """Remove the sources of which no belief is left; return how many."""
        used = {key.source_id for key in self.tables.beliefs}
        unused = self.tables.sources.keys() - used
        for source_id in unused:
            del self.tables.sources[source_id]
        return len(unused)

    def of_users(self, user_ids: Iterable[int], roles: Iterable[str]) -> list[Source]:
        """Return the sources of these users, and of active users who (or whose accounts) hold such a role."""
        names = tuple(roles)
        wanted = set(user_ids) | {
            user.id for user in self.tables.users.values() if user.active and user.has_role(*names)
        }
        return [source for _, source in sorted(self.tables.sources.items()) if source.user_id in wanted]

    def _keep(self, source: Source) -> Source:
        kept = replace(source, id=self.tables.next_id())
        self.tables.sources[kept.id] = kept
        return kept
