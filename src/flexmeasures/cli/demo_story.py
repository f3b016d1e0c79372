"""What a demonstration tells once it is served: the address, the login, what to try and what it earns."""

from __future__ import annotations

import json
import threading
import time
from types import TracebackType
from typing import Self

from rich.markup import escape

from flexmeasures.cli.program import Program
from flexmeasures.cli.steps import Steps
from flexmeasures.domain.assets import Connection
from flexmeasures.domain.errors import FlexMeasuresError
from flexmeasures.domain.jobs import JobState
from flexmeasures.usecases.demo.benefit import Benefit, benefit_of_schedule
from flexmeasures.usecases.demo.devices import BATTERY, DAY, DEVICES
from flexmeasures.usecases.demo.founding import Portfolio
from flexmeasures.usecases.demo.messages import event_address
from flexmeasures.usecases.demo.opening import device_of, schedule_job
from flexmeasures.usecases.demo.portfolio import OPERATOR

PATIENCE = 60.0  # s
POLL = 0.2  # s


class Showing:
    """Tells, in a thread beside the server, what there is to see, as soon as the first schedules stand."""

    def __init__(self, program: Program, steps: Steps, portfolio: Portfolio, password: str) -> None:
        self._program = program
        self._steps = steps
        self._portfolio = portfolio
        self._password = password
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        """Wait to be told the address."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop waiting for schedules."""
        self._over.set()
        if self._thread is not None:
            self._thread.join()

    def announce(self, address: str) -> None:
        """Begin to tell; the web server answers."""
        self._thread = threading.Thread(target=self._tell, args=(address,), name="showing", daemon=True)
        self._thread.start()

    def _tell(self, address: str) -> None:
        with self._steps.step(
            "Schedules", "The battery and the charger ask for schedules through the API"
        ) as say:
            try:
                worth = self._wait()
            except FlexMeasuresError as error:
                worth = f"There is no schedule of the battery: {error}"
            say("Made by the worker for battery and charger, asked for through the API")
        if not self._over.is_set():
            self._steps.tell(self._text(address, worth))

    def _wait(self) -> str:
        """Wait for the schedules of all devices, and say what that of the battery is worth."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and not self._over.wait(POLL):
            with self._program.platform().transaction():
                if all(self._is_scheduled(each.asset_name) for each in DEVICES):
                    return self._worth(
                        device_of(BATTERY.asset_name, self._portfolio, self._program.platform())
                    )
        return f"The schedules are not there after {PATIENCE:.0f} s. See the tasks page for why."

    def _is_scheduled(self, name: str) -> bool:
        platform = self._program.platform()
        return schedule_job(device_of(name, self._portfolio, platform), platform) is not None

    def _worth(self, battery: Connection) -> str:
        platform = self._program.platform()
        job = schedule_job(battery, platform)
        if job is not None and job.state is not JobState.FINISHED:
            return f"The battery's scheduling job {job.state}: {job.error}"
        known = battery.storage.soc_time or platform.now()
        return spoken(benefit_of_schedule(battery, known, DAY, platform))

    def _commands(self, address: str) -> str:
        """Return how to ask for a token, and then for the battery's schedule."""
        platform = self._program.platform()
        with platform.transaction():
            battery = device_of(BATTERY.asset_name, self._portfolio, platform)
        login = json.dumps({"email": self._portfolio.users[OPERATOR].email, "password": self._password})
        event = event_address(battery.asset, battery.storage.udi_event_id or 0)
        return _indented(
            (
                f"TOKEN=$(curl -s {address}/api/requestAuthToken -H 'Content-Type: application/json' \\",
                f'  -d \'{login}\' | sed \'s/.*"auth_token": *"\\([^"]*\\)".*/\\1/\')',
                f'curl -s -G {address}/api/v2_0/getDeviceMessage -H "Authorization: $TOKEN" \\',
                f"  -d type=GetDeviceMessageRequest -d duration=PT24H -d event={event}",
            )
        )

    def _text(self, address: str, worth: str) -> str:
        battery = self._portfolio.assets[BATTERY.asset_name].id
        users = self._portfolio.users
        others = ", ".join(user.email for name, user in users.items() if name != OPERATOR)
        return f"""\
FlexMeasures is at [bold]{address}[/], ready after {self._steps.seconds:.0f} s.

Log in as  [bold]{users[OPERATOR].email}[/]  with password  [bold]{self._password}[/]
(or as {others}, with the same password)

Three things to try:
  1. See the battery buy cheap and sell dear: {address}/assets/{battery}
     Then its neighbours: buildings, solar, wind and charging, measured and forecast.
  2. Ask what the battery should do, as the battery does:
{escape(self._commands(address))}
  3. Kill a worker (kill -9), or wait for the next quarter of an hour: battery and charger meter
     what they did and get new schedules. {address}/tasks

[bold]{worth}[/]

Ctrl-C stops everything."""


def _indented(lines: tuple[str, ...]) -> str:
    return "\n".join(f"     {line}" for line in lines)


def spoken(benefit: Benefit) -> str:
    """Say what a schedule earns."""
    hours = f"{benefit.duration.total_seconds() / 3600:.0f} hours"
    return (
        f"In the next {hours} the battery's schedule charges {benefit.charged:.2f} MWh and discharges "
        f"{benefit.discharged:.2f} MWh.\nAgainst doing nothing it earns {benefit.earned:.2f} "
        f"{benefit.currency}: computed from the stored schedule and prices."
    )
