"""Show how far a long command is, where somebody looks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

Item = TypeVar("Item")


def counted(items: Iterable[Item], number: int, label: str) -> Iterator[Item]:
    """Yield items, and show behind how many of them the command is.

    Args:
        items: Each takes its time.
        number: Of them.
        label: What is done with them.
    """
    with _bar() as bar:
        task = bar.add_task(label, total=number)
        for item in items:
            yield item
            bar.advance(task)


def each(items: Sequence[Item], label: str) -> Iterator[Item]:
    """Yield items of a list, and show behind how many of them the command is."""
    return counted(items, len(items), label)


@contextmanager
def working(label: str) -> Iterator[None]:
    """Show that something is being done whose end cannot be told."""
    with _bar() as bar:
        bar.add_task(label, total=None)
        yield


def _bar() -> Progress:
    """Return a bar that is drawn on standard error, and only if that is a terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
