"""Show the steps of a long command: what is being done, what came of it, and how long it took."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console

Say = Callable[[str], None]
"""Tells what came of a step, or how far it is."""


class Steps:
    """Steps on a terminal, or as lines of text where there is none."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, soft_wrap=True)
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        """How long all steps took so far. [s]"""
        return time.monotonic() - self._began

    @contextmanager
    def step(self, name: str, doing: str) -> Iterator[Say]:
        """Show a step while it is done, and its outcome behind.

        Args:
            name: In a word.
            doing: What it does.

        Yields:
            What to call with news: the last news stay.
        """
        began, news = time.monotonic(), [doing]
        if not self._console.is_terminal:
            self._console.print(f"… {name:<10} {doing}")
        with self._console.status(f"[bold]{name}[/]  {doing}") as status:

            def say(text: str) -> None:
                news.append(text)
                status.update(f"[bold]{name}[/]  {text}")

            yield say
        seconds = time.monotonic() - began
        self._console.print(f"[green]✓[/] [bold]{name:<10}[/] {news[-1]}  [dim]{seconds:.1f} s[/]")

    def tell(self, text: str) -> None:
        """Show a text, set off from what stands around it."""
        self._console.print(f"\n{text}\n")
