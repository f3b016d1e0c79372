"""The simulated meter: a process that posts through the API as time passes."""

from __future__ import annotations

import threading

from flexmeasures.adapters.demo.line import HttpLine
from flexmeasures.usecases.demo.devices import DEVICES
from flexmeasures.usecases.demo.opening import device_of
from flexmeasures.usecases.demo.simulation import Script, Simulation
from flexmeasures.usecases.ports.platform import Platform

POLL = 5.0  # s; how late a value may come
LISTEN = 0.2  # s between two looks whether the platform answers


def simulate(script: Script, port: int, platform: Platform, stop: threading.Event) -> None:
    """Post what becomes known until somebody stops it.

    Args:
        script: What is simulated.
        port: Where the platform listens on this machine.
        platform: Tells what devices hold when the simulation starts, and what time it is.
        stop: Set when somebody wants an end.
    """
    emails = {name: user.email for name, user in script.portfolio.users.items()}
    line = HttpLine(port, emails, script.password)
    while not line.is_open():
        if stop.wait(LISTEN):
            return
    simulation = Simulation(script, line, platform.now())
    with platform.transaction():
        connections = {one: device_of(one.asset_name, script.portfolio, platform) for one in DEVICES}
    for one, connection in connections.items():
        simulation.start(one, connection, platform.now())
    while not stop.wait(POLL):
        simulation.step(DEVICES, platform.now())
