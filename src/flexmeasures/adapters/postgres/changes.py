"""What a transaction changes, to be told once it is committed."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from flexmeasures.domain.changes import Change

_CHANGE = "change"


def note(session: Session, *, sensors: Iterable[int] = (), queues: Iterable[str] = ()) -> None:
    """Note what the open transaction changes."""
    before = session.info.get(_CHANGE, Change())
    session.info[_CHANGE] = before | Change(frozenset(sensors), frozenset(queues))


def take(session: Session) -> Change:
    """Return what was noted, and forget it."""
    change: Change = session.info.pop(_CHANGE, Change())
    return change
