import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from flexmeasures.adapters.serving.child import Child, Role, ending
from flexmeasures.adapters.serving.lifeline import VARIABLE, Lifeline

SLEEPER = (sys.executable, "-c", "import time; time.sleep(60)")


@pytest.fixture
def lifeline() -> Iterator[Lifeline]:
    pipe = Lifeline.make()
    yield pipe
    pipe.close()


def wait_for_end(child: Child) -> None:
    assert child.process is not None
    child.process.wait(10)


def test_who_died_is_started_again_after_a_delay_that_grows(lifeline: Lifeline) -> None:
    child = Child(Role("test", ("true",)), lifeline, _delay=0.1)
    child.start()
    delays = []
    for _ in range(2):
        wait_for_end(child)
        child.tend()
        assert child.has_ended
        died = time.monotonic()
        while child.process is None and time.monotonic() < died + 10:
            child.tend()
        delays.append(time.monotonic() - died)
    wait_for_end(child)
    assert delays[0] >= 0.1
    assert delays[1] >= 0.2


def test_who_lives_is_left_alone(lifeline: Lifeline) -> None:
    child = Child(Role("test", SLEEPER), lifeline)
    child.start()
    process = child.process
    child.tend()
    assert child.process is process
    child.kill()
    wait_for_end(child)
    assert child.has_ended


def test_a_child_notices_that_its_parent_was_killed(lifeline: Lifeline) -> None:
    script = (
        "import time\n"
        "from flexmeasures.adapters.serving.lifeline import stop_with_parent\n"
        "stop_with_parent()\n"
        "print('watching', flush=True)\n"
        "time.sleep(60)\n"
    )
    own = Lifeline.make()
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        env={**os.environ, VARIABLE: str(own.reading)},
        pass_fds=[own.reading],
        stdout=subprocess.PIPE,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"watching\n"
        own.close()
        assert process.wait(10) == -signal.SIGTERM


def test_endings_are_told_in_words() -> None:
    assert ending(3) == "exit code 3"
    assert ending(-15) == "killed by signal 15"
