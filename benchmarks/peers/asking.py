"""A client of the REST interface 3.0 that asks for schedules and waits for them."""

from __future__ import annotations

import time
from typing import Any

import requests
from benchmarks.peers.case import Case

PATIENCE = 300
"""How long anything may take. [s]"""

PAUSE = 0.01
"""Between two questions whether a schedule is there. [s]"""


def wait_until_up(address: str) -> None:
    """Wait until a server answers anything."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            requests.get(address, timeout=PATIENCE)
        except requests.ConnectionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return


class Server:
    """A platform, as a client sees it."""

    def __init__(self, address: str) -> None:
        """Say where it listens.

        Args:
            address: Such as ``http://127.0.0.1:5000``.
        """
        self._address = f"{address}/api"
        self._session = requests.Session()

    def log_in(self, email: str, password: str) -> None:
        """Wait until it answers, and get a token."""
        wait_until_up(self._address)
        who = {"email": email, "password": password}
        answer = self._session.post(f"{self._address}/requestAuthToken", json=who, timeout=PATIENCE)
        answer.raise_for_status()
        self._session.headers["Authorization"] = answer.json()["auth_token"]

    def get(self, path: str) -> Any:
        """Return what is found at a path."""
        return self._answered(self._session.get(f"{self._address}/v3_0/{path}", timeout=PATIENCE))

    def post(self, path: str, message: dict[str, Any]) -> Any:
        """Send a message and return the answer."""
        return self._answered(
            self._session.post(f"{self._address}/v3_0/{path}", json=message, timeout=PATIENCE)
        )

    def wait_for(self, path: str, question: dict[str, str]) -> Any:
        """Ask until a schedule is there."""
        deadline = time.monotonic() + PATIENCE
        address = f"{self._address}/v3_0/{path}"
        while time.monotonic() < deadline:
            answer = self._session.get(address, params=question, timeout=PATIENCE)
            if answer.status_code == 200:
                return answer.json()
            if "fail" in answer.text.lower():
                raise SystemExit(f"{path}: {answer.text[:500]}")
            time.sleep(PAUSE)
        raise SystemExit(f"{path}: no schedule within {PATIENCE} s")

    def _answered(self, answer: requests.Response) -> Any:
        if not answer.ok:
            asked = f"{answer.request.method} {answer.url}"
            raise SystemExit(f"{asked}: {answer.status_code} {answer.text[:500]}")
        return answer.json()


def measure(server: Server, case: Case, account_id: int) -> dict[str, Any]:
    """Ask for a schedule several times, one after the other.

    Returns:
        ``ms``, how long each took from the trigger until it was there, and ``cost``, of the last. [ms, EUR]
    """
    price_id, power_id = _make_battery(server, case, account_id)
    times: list[float] = []
    values: list[float] = []
    for _ in range(case.times):
        begun = time.perf_counter()
        schedule = server.post(f"sensors/{power_id}/schedules/trigger", _question(case, price_id))["schedule"]
        path = f"sensors/{power_id}/schedules/{schedule}"
        values = server.wait_for(path, {"duration": case.duration})["values"]
        times.append(1e3 * (time.perf_counter() - begun))
    return {"ms": times, "cost": case.cost(values)}


def _make_battery(server: Server, case: Case, account_id: int) -> tuple[int, int]:
    """Make a battery, post its prices, and return the ids of the sensors of prices and power."""
    types = {kind["name"]: kind["id"] for kind in server.get("assets/types")}
    named = {"name": "battery", "generic_asset_type_id": types["battery"], "account_id": account_id}
    battery_id = server.post("assets", named)["id"]
    sensor = {"event_resolution": "PT15M", "timezone": "UTC", "generic_asset_id": battery_id}
    price_id = server.post("sensors", {**sensor, "name": "price", "unit": "EUR/MWh"})["id"]
    power_id = server.post("sensors", {**sensor, "name": "power", "unit": "MW"})["id"]
    prices = {"start": case.start, "duration": case.duration, "values": case.prices, "unit": "EUR/MWh"}
    server.post(f"sensors/{price_id}/data", {**prices, "prior": case.start})
    return price_id, power_id


def _question(case: Case, price_id: int) -> dict[str, Any]:
    """Return what the schedule is asked with."""
    efficiency = f"{100 * case.efficiency} %"
    return {
        "start": case.start,
        "duration": case.duration,
        "force-new-job-creation": True,
        "flex-model": {
            "soc-at-start": case.soc,
            "soc-min": 0,
            "soc-max": case.capacity,
            "soc-unit": "MWh",
            "power-capacity": f"{case.power} MW",
            "charging-efficiency": efficiency,
            "discharging-efficiency": efficiency,
            "soc-targets": [{"value": case.soc, "datetime": case.end}],
        },
        "flex-context": {
            "consumption-price": {"sensor": price_id},
            "production-price": {"sensor": price_id},
            "site-power-capacity": f"{10 * case.power} MW",
        },
    }
