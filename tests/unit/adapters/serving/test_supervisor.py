import sys
import threading
from collections.abc import Callable

import pytest

from flexmeasures.adapters.serving import supervisor
from flexmeasures.adapters.serving.child import Role
from flexmeasures.adapters.serving.supervisor import Supervisor, care_for
from flexmeasures.domain.errors import ServiceUnavailable

SLEEPER = (sys.executable, "-c", "import time; time.sleep(60)")


def wait_for(condition: Callable[[], bool]) -> None:
    over = threading.Event()
    for _ in range(500):
        if condition():
            return
        over.wait(0.02)
    raise AssertionError("This took too long.")


def test_everything_ends_when_somebody_says_stop() -> None:
    stop = threading.Event()
    watched = Supervisor([Role("first", SLEEPER), Role("second", SLEEPER)])
    announced: list[bool] = []

    def announce() -> None:
        announced.append(True)
        stop.set()

    watched.run(stop, lambda: True, announce)
    assert announced == [True]
    assert all(child.has_ended for child in watched._children)


def test_a_first_child_that_fails_at_once_is_an_error_and_stops_the_others() -> None:
    watched = Supervisor([Role("web server", (sys.executable, "-c", "exit(3)")), Role("other", SLEEPER)])
    with pytest.raises(ServiceUnavailable, match=r"The web server ended before it was ready \(exit code 3\)"):
        watched.run(threading.Event(), lambda: False, lambda: None)
    assert all(child.has_ended for child in watched._children)


def test_servers_are_looked_after_and_one_complaint_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "CARE", 0.01)
    looks = []

    def check() -> list[str]:
        looks.append(True)
        raise ServiceUnavailable("It does not start.")

    with care_for(check):
        wait_for(lambda: len(looks) > 3)
    seen = len(looks)
    assert threading.active_count() < 50
    assert seen == len(looks)
