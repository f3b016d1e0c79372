"""All fakes of stores together."""

from __future__ import annotations

from flexmeasures.testing.memory.accounts import MemoryAccounts
from flexmeasures.testing.memory.annotations import MemoryAnnotations
from flexmeasures.testing.memory.assets import MemoryAssets
from flexmeasures.testing.memory.audit import MemoryAudit
from flexmeasures.testing.memory.beliefs import MemoryBeliefs
from flexmeasures.testing.memory.events import MemoryEvents
from flexmeasures.testing.memory.jobs import MemoryJobs
from flexmeasures.testing.memory.learned import MemoryLearned
from flexmeasures.testing.memory.sources import MemorySources
from flexmeasures.testing.memory.tables import Tables
from flexmeasures.testing.memory.tasks import MemoryTasks
from flexmeasures.usecases.ports.platform import Store


def memory_store(tables: Tables) -> Store:
    """Return a store that keeps everything in these tables; they give its transactions."""
    return Store(
        beliefs=MemoryBeliefs(tables),
        sources=MemorySources(tables),
        assets=MemoryAssets(tables),
        accounts=MemoryAccounts(tables),
        events=MemoryEvents(tables),
        jobs=MemoryJobs(tables),
        tasks=MemoryTasks(tables),
        audit=MemoryAudit(tables),
        annotations=MemoryAnnotations(tables),
        learned=MemoryLearned(tables),
    )
