"""The tables as they are declared, for people to read."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Column, Table

from flexmeasures.adapters.postgres.tables.all import METADATA


def describe_model() -> Iterator[str]:
    """Yield one line per table, each followed by one per column: name, type, and what it refers to."""
    for table in METADATA.sorted_tables:
        yield table.name
        yield from (_line(table, column) for column in table.columns)


def _line(table: Table, column: Column[object]) -> str:
    marks = [f"-> {key.target_fullname}" for key in column.foreign_keys]
    if column.name in table.primary_key.columns:
        marks.insert(0, "key")
    if not column.nullable:
        marks.append("required")
    return f"    {column.name:<28} {column.type!s:<28} {', '.join(marks)}".rstrip()
