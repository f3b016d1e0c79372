"""Forms as they are filled in: texts, what is wrong with them, and the values that they mean."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from flexmeasures.domain.errors import InvalidFields


@dataclass(slots=True)
class Form:
    """What somebody filled in, and what is wrong with it.

    Attributes:
        texts: By field, as they were typed.
        problems: By field; none where all is well.
    """

    texts: Mapping[str, str]
    problems: dict[str, list[str]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return what was typed, without blanks around it."""
        return self.texts.get(name, "").strip()

    def needed(self, name: str, longest: int, least: int = 1) -> str:
        """Return a text that must be there; note it where it is not."""
        text = self.text(name)
        if not least <= len(text) <= longest or "\x00" in text:
            self.note(name, f"Give {least} to {longest} characters." if text else "This is needed.")
        return text

    def number(self, name: str, low: float, high: float) -> float | None:
        """Return a number, None where nothing was typed; note what is none or lies outside."""
        text = self.text(name).replace("\N{MINUS SIGN}", "-")
        if not text:
            return None
        try:
            value = float(text if "." in text else text.replace(",", "."))
        except ValueError:
            value = math.nan
        if not low <= value <= high:
            self.note(name, f"Give a number from {low:g} to {high:g}.")
            return None
        return value

    def whole(self, name: str, low: int, high: int) -> int | None:
        """Return a whole number, None where nothing was typed; note what is none or lies outside."""
        text = self.text(name)
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) < 10 and low <= int(text) <= high):
            self.note(name, f"Give a whole number from {low} to {high}.")
            return None
        return int(text)

    def demand(self, name: str, value: object) -> None:
        """Note a field that lacks its value, unless something is wrong with it anyway."""
        if value is None and name not in self.problems:
            self.note(name, "This is needed.")

    def note(self, name: str, text: str) -> None:
        """Note what is wrong with a field."""
        self.problems.setdefault(name, []).append(text)

    def take(self, error: InvalidFields, names: Mapping[str, str] | None = None) -> None:
        """Note what somebody else found wrong, under the names of this form."""
        for name, texts in error.texts.items():
            for text in texts:
                self.note((names or {}).get(name, name), text)

    @property
    def is_fine(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems
