"""What the database refuses, in words of the field."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import errors
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from flexmeasures.domain.errors import DuplicateEntity, UnknownEntity


@contextmanager
def unique(session: Session, message: str) -> Iterator[None]:
    """Report what is there already, and leave the transaction usable.

    Args:
        session: Inside a transaction.
        message: What there can be only one of.

    Raises:
        DuplicateEntity: a unique key is taken.
        UnknownEntity: something that is referred to is missing.
    """
    try:
        with session.begin_nested():
            yield
            session.flush()
    except IntegrityError as error:
        if isinstance(error.orig, errors.UniqueViolation):
            raise DuplicateEntity(message) from error
        if isinstance(error.orig, errors.ForeignKeyViolation):
            detail = error.orig.diag.message_detail or "something that is referred to is missing."
            raise UnknownEntity(detail) from error
        raise
