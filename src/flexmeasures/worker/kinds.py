"""The kinds of jobs, with what each does: arguments are read here, the use cases get values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from types import MappingProxyType

from flexmeasures.domain.errors import InvalidField
from flexmeasures.domain.timing import parse_datetime
from flexmeasures.usecases.fleet_forecasts import TOGETHER, Fleets, forecast_together
from flexmeasures.usecases.flex.order import PLAN
from flexmeasures.usecases.flex.planning import make_plan
from flexmeasures.usecases.flexibility import SCHEDULE
from flexmeasures.usecases.forecast_fields import read_wish
from flexmeasures.usecases.forecasts import AHEAD, ROLLING, make_forecast, make_forecast_ahead
from flexmeasures.usecases.model_choice import CHOOSE, choose_model
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.scheduling import make_schedule
from flexmeasures.usecases.wished_forecasts import WISHED, make_wished
from flexmeasures.worker.jobs import Work

FLEETS = Fleets()
"""What was learned of sensors that are forecast together: kept by each worker."""


def _forecast(arguments: Mapping[str, object], platform: Platform) -> Mapping[str, object]:
    horizon = timedelta(minutes=_number(arguments, "horizon_minutes"))
    start, end = (parse_datetime(str(arguments[name])) for name in ("start", "end"))
    return asdict(make_forecast(_number(arguments, "sensor_id"), start, end, horizon, platform))


def _forecast_ahead(arguments: Mapping[str, object], platform: Platform) -> Mapping[str, object]:
    return asdict(make_forecast_ahead(_number(arguments, "sensor_id"), platform))


def _forecast_together(arguments: Mapping[str, object], platform: Platform) -> Mapping[str, object]:
    ids = arguments.get("sensor_ids")
    if not isinstance(ids, list) or not all(isinstance(one, int) for one in ids):
        raise InvalidField(f"A job needs a list of sensors, not {ids!r}.")
    return forecast_together(ids, FLEETS, platform)


def _choose_model(arguments: Mapping[str, object], platform: Platform) -> Mapping[str, object]:
    return choose_model(_number(arguments, "sensor_id"), platform)


def _forecast_wished(arguments: Mapping[str, object], platform: Platform) -> Mapping[str, object]:
    wish = arguments.get("wish")
    message = wish if isinstance(wish, Mapping) else {}
    return make_wished(read_wish(_number(arguments, "sensor_id"), message), platform)


def _number(arguments: Mapping[str, object], name: str) -> int:
    value = arguments.get(name)
    if not isinstance(value, int):
        raise InvalidField(f"A job needs a whole number as its {name}, not {value!r}.")
    return value


KINDS: Mapping[str, Work] = MappingProxyType(
    {
        ROLLING: _forecast,
        AHEAD: _forecast_ahead,
        WISHED: _forecast_wished,
        TOGETHER: _forecast_together,
        CHOOSE: _choose_model,
        SCHEDULE: make_schedule,
        PLAN: make_plan,
    }
)
"""What is done for each kind of job."""
