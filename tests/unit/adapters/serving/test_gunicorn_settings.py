from __future__ import annotations

import gc
from typing import TYPE_CHECKING, cast

from flexmeasures.adapters.serving.gunicorn_settings import when_ready

if TYPE_CHECKING:
    from gunicorn.arbiter import Arbiter


def test_what_is_loaded_is_no_garbage_of_requests() -> None:
    before = gc.get_freeze_count()
    when_ready(cast("Arbiter", None))
    assert gc.get_freeze_count() > before
    gc.unfreeze()
