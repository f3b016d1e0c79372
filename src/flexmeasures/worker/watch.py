"""Look for jobs that were lost, and send them again; begin what is due on a schedule; forget old jobs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import monotonic

import structlog

from flexmeasures.domain.errors import FlexMeasuresError
from flexmeasures.domain.jobs import FORECASTING
from flexmeasures.usecases.forecast_rounds import begin_round
from flexmeasures.usecases.jobs import forget, resend
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.worker.outage import passes

USUAL_PAUSE = 5.0
SUSPICIOUS_PAUSE = 1.0
SHARE = 20
"""Looking takes at most one in so many seconds, however long the queue is."""

FORGETTING_PAUSE = 3600.0

log = structlog.get_logger()


@dataclass(slots=True)
class Watch:
    """Looks from time to time; what is missing at two looks in a row is sent again."""

    platform: Platform
    queues: Sequence[str]
    clock: Callable[[], float] = monotonic
    _suspects: frozenset[str] = field(default=frozenset(), init=False)
    _next: float = field(default=float("-inf"), init=False)
    _next_forgetting: float = field(default=float("-inf"), init=False)

    @property
    def is_due(self) -> bool:
        """Whether it is time for a look."""
        return self.clock() >= self._next

    def look(self) -> None:
        """Send lost jobs again, queue what is due, forget old jobs, and note when to look next."""
        began = self.clock()
        try:
            with self.platform.transaction():
                self._suspects = resend(self.queues, self._suspects, self.platform)
            if FORECASTING in self.queues:
                self._begin_round()
            self._forget(began)
        except Exception as error:
            if not passes(error):
                raise
            log.warning("Cannot look for lost jobs now.", error=type(error).__name__)
        ended = self.clock()
        pause = SUSPICIOUS_PAUSE if self._suspects else USUAL_PAUSE
        self._next = ended + max(pause, SHARE * (ended - began))

    def _forget(self, now: float) -> None:
        """Forget old jobs, once in a while."""
        if now < self._next_forgetting:
            return
        with self.platform.transaction():
            number = forget(self.platform)
        if number:
            log.info("Old jobs were forgotten.", number=number)
        self._next_forgetting = now + FORGETTING_PAUSE

    def _begin_round(self) -> None:
        """Queue what is due; what keeps it from being queued is told, and tried again at the next look."""
        try:
            with self.platform.transaction():
                begin_round(self.platform)
        except FlexMeasuresError as error:
            log.warning("Cannot queue what is due now.", error=str(error))
