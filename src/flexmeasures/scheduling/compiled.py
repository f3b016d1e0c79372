"""Loops as machine code, where numba is installed; as they are, where it is not."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import TypeVar

Loop = TypeVar("Loop", bound=Callable[..., object])

_NUMBA = import_module("numba") if find_spec("numba") else None

IS_AVAILABLE = _NUMBA is not None


def compiled(function: Loop) -> Loop:
    """Compile a function at its first call, and keep the machine code for later processes if possible."""
    if _NUMBA is None:
        return function
    try:
        kept: Loop = _NUMBA.njit(cache=True, error_model="numpy")(function)
    except RuntimeError:  # no folder to keep it in can be written to
        forgotten: Loop = _NUMBA.njit(error_model="numpy")(function)
        return forgotten
    return kept


def inlined(function: Loop) -> Loop:
    """Have a function compiled into each loop that calls it, so that a call costs nothing."""
    if _NUMBA is None:
        return function
    part: Loop = _NUMBA.njit(inline="always", error_model="numpy")(function)
    return part
