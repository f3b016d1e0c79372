"""Lists of things: plain, or in pages that are sorted and searched."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from pydantic import Field

from flexmeasures.api.v3_0.answer import Answer
from flexmeasures.api.v3_0.fields import Kebab

Row = Mapping[str, object]


class PageQuery(Kebab):
    """Which part of a list is asked for; all of it where no page is."""

    page: int | None = Field(None, ge=1, le=10**9)
    per_page: int = Field(10, ge=1, le=10_000)
    sort_by: str | None = Field(None, max_length=80)
    sort_dir: Literal["asc", "desc"] = "asc"
    filter: str | None = Field(None, max_length=1000)


def listed(rows: Sequence[Row], query: PageQuery, searched: Sequence[str]) -> Answer:
    """Return a list as it is asked for.

    Args:
        rows: All of them.
        query: Which of them, and how.
        searched: Names of the columns that are searched.
    """
    found = [row for row in rows if _matches(row, _terms(query.filter), searched)]
    if query.sort_by is not None:
        found = sorted(found, key=_key(query.sort_by), reverse=query.sort_dir == "desc")
    if query.page is None:
        return Answer(found)
    first = (query.page - 1) * query.per_page
    page = found[first : first + query.per_page]
    return Answer({"data": page, "num-records": len(rows), "filtered-records": len(found)})


def _terms(text: str | None) -> list[str]:
    """Return the words of a search; those in quotes belong together."""
    try:
        return [term.casefold() for term in shlex.split(text or "")]
    except ValueError:
        return (text or "").casefold().split()


def _matches(row: Row, terms: Sequence[str], searched: Sequence[str]) -> bool:
    texts = [str(row.get(name, "")).casefold() for name in searched]
    return all(any(term in text for text in texts) for term in terms)


def _key(name: str) -> Callable[[Row], tuple[bool, float, str]]:
    def key(row: Row) -> tuple[bool, float, str]:
        value = row.get(name)
        number = float(value) if isinstance(value, (int, float)) else 0.0
        return value is None, number, str(value).casefold()

    return key
