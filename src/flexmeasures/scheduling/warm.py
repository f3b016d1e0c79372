"""Programmes that were solved before, kept to begin the next search from.

A site is scheduled again and again: prices, loads and stocks have changed, but the matrix is the same. So the
solver keeps what it knows of it, by the matrix; the longest unused one makes room for a new one.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b

from flexmeasures.scheduling.programme import LinearProgramme
from flexmeasures.scheduling.solver import Model


class WarmModels:
    """Models of programmes without whole numbers, by their matrix.

    Attributes:
        lent_again: How often a search began from where an earlier one ended.
    """

    def __init__(self, most: int = 32) -> None:
        """Begin without any.

        Args:
            most: How many are kept.
        """
        self.lent_again = 0
        self._most = most
        self._models: OrderedDict[bytes, tuple[Model, int]] = OrderedDict()

    @contextmanager
    def borrowed(self, programme: LinearProgramme, first_step: int) -> Iterator[Model]:
        """Lend a model of a programme, from where an alike one was left if there is one: to one at a time.

        Args:
            programme: To be solved.
            first_step: Number of its first step, of all steps of that length.
        """
        key = _key(programme)
        left = self._models.pop(key, None)
        if left is None:
            model = Model(programme)
        else:
            model, before = left
            self.lent_again += 1
            model.renew(programme, later=first_step - before)
        yield model
        self._models[key] = (model, first_step)
        if len(self._models) > self._most:
            self._models.popitem(last=False)


def _key(programme: LinearProgramme) -> bytes:
    """Return what tells one matrix from another."""
    digest = blake2b(digest_size=16)
    for part in (programme.starts, programme.indices, programme.values):
        digest.update(part.tobytes())
    digest.update(programme.costs.size.to_bytes(8, "little"))
    return digest.digest()
