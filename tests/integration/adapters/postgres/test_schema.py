from __future__ import annotations

import pytest

from flexmeasures.adapters.postgres.database import Database

pytestmark = pytest.mark.services


def test_the_tables_are_as_declared_after_an_upgrade(database: Database) -> None:
    assert database.schema.differences() == []
    assert [database.schema.current()] == database.schema.heads()
