"""Loops are compiled where that is possible, and work in any case."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from flexmeasures.scheduling import compiled


def double(number: float) -> float:
    """Return twice a number."""
    return 2 * number


def test_without_numba_functions_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "_NUMBA", None)
    assert compiled.compiled(double) is double
    assert compiled.inlined(double) is double


def test_without_a_folder_to_keep_it_in_machine_code_is_made_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def njit(*, cache: bool = False, error_model: str = "") -> object:
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return lambda function: function

    monkeypatch.setattr(compiled, "_NUMBA", SimpleNamespace(njit=njit))
    assert compiled.compiled(double)(2.0) == 4.0
