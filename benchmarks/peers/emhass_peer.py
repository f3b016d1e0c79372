"""Times EMHASS from outside: a plan is asked for over HTTP.

``python emhass_peer.py CASE``: the file of a case. Prints the times [ms] and the cost of the last plan [EUR]
as JSON. EMHASS plans from the present quarter of an hour on, with the prices of the case, in W and kWh.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import requests
from benchmarks.peers.asking import PATIENCE, wait_until_up
from benchmarks.peers.case import Case, read

SECRETS = """\
hass_url: empty
long_lived_token: empty
time_zone: UTC
Latitude: 52.0
Longitude: 5.0
Altitude: 10.0
"""
PER_LOAD = (
    "nominal_power_of_deferrable_loads",
    "minimum_power_of_deferrable_loads",
    "operating_hours_of_each_deferrable_load",
    "treat_deferrable_load_as_semi_cont",
    "set_deferrable_load_single_constant",
    "set_deferrable_startup_penalty",
    "start_timesteps_of_each_deferrable_load",
    "end_timesteps_of_each_deferrable_load",
    "is_electric_load",
)


def configuration(case: Case) -> dict[str, Any]:
    """Return its settings: a battery alone, and everything else by lists."""
    return {
        "optimization_time_step": 15,
        "number_of_deferrable_loads": 0,
        **{name: [] for name in PER_LOAD},
        "set_use_pv": False,
        "set_use_battery": True,
        "set_nodischarge_to_grid": False,
        "battery_discharge_power_max": 1e6 * case.power,
        "battery_charge_power_max": 1e6 * case.power,
        "battery_discharge_efficiency": case.efficiency,
        "battery_charge_efficiency": case.efficiency,
        "battery_nominal_energy_capacity": 1e6 * case.capacity,
        "battery_minimum_state_of_charge": 0.0,
        "battery_maximum_state_of_charge": 1.0,
        "maximum_power_from_grid": 1e7 * case.power,
        "maximum_power_to_grid": 1e7 * case.power,
        "load_cost_forecast_method": "list",
        "production_price_forecast_method": "list",
        "load_forecast_method": "list",
        "weather_forecast_method": "list",
        "lp_solver_mip_rel_gap": 1e-6,
    }


def question(case: Case) -> dict[str, Any]:
    """Return what the plan is asked with."""
    steps = len(case.prices)
    per_kwh = [price / 1e3 for price in case.prices]
    return {
        "prediction_horizon": steps,
        "soc_init": case.soc / case.capacity,
        "soc_final": case.soc / case.capacity,
        "load_cost_forecast": per_kwh,
        "prod_price_forecast": per_kwh,
        "load_power_forecast": [0.0] * steps,
        "pv_power_forecast": [0.0] * steps,
    }


def measure(address: str, case: Case) -> dict[str, Any]:
    """Ask for the plan several times, without publishing it anywhere."""
    times = []
    plan: list[dict[str, Any]] = []
    for _ in range(case.times):
        begun = time.perf_counter()
        path = "api/v1/dry-run/naive-mpc-optim"
        answer = requests.post(f"{address}/{path}", json=question(case), timeout=PATIENCE).json()
        times.append(1e3 * (time.perf_counter() - begun))
        if answer["status"] != "ok":
            raise SystemExit(f"EMHASS: {answer['errors']}")
        plan = answer["plan"]
    return {"ms": times, "cost": case.cost([step["P_grid"] / 1e6 for step in plan])}


def main() -> None:
    """Start its server, measure, and stop it."""
    case = read(Path(sys.argv[1]))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        (folder / "data").mkdir()
        (folder / "config.json").write_text(json.dumps(configuration(case)))
        (folder / "secrets.yaml").write_text(SECRETS)
        variables = {
            **os.environ,
            "HOME": home,
            "CONFIG_PATH": str(folder / "config.json"),
            "DATA_PATH": str(folder / "data"),
            "SECRETS_PATH": str(folder / "secrets.yaml"),
            "LOGGING_LEVEL": "WARNING",
        }
        command = [sys.executable, "-m", "uvicorn", "emhass.web_server:app", "--port", str(port)]
        server = subprocess.Popen(
            command, env=variables, cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            address = f"http://127.0.0.1:{port}"
            wait_until_up(address)
            print(json.dumps(measure(address, case)))
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
