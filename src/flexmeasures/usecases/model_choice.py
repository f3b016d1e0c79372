"""Choose the model of a sensor by trying models on its latest weeks, and keep the evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from flexmeasures.domain.assets import Sensor
from flexmeasures.domain.errors import NotEnoughData
from flexmeasures.domain.jobs import FORECASTING, Job, JobState
from flexmeasures.domain.timing import write_duration
from flexmeasures.usecases.backtest import Range, Trial, backtest
from flexmeasures.usecases.fleet_corrections import choose_correction
from flexmeasures.usecases.forecast_tasks import CHOICE, is_of_fleet, last_known
from flexmeasures.usecases.forecasts import default_horizons
from flexmeasures.usecases.ports.platform import Platform

CHOOSE = "forecast-choose"
"""Kind of jobs that choose the model of a sensor."""
CANDIDATES = ("seasonal-naive", "linear-OLS", "linear-blend", "blend")
"""Models to try, the cheapest first."""
TRIED = timedelta(days=28)
"""Latest time on which models are tried."""
REFIT = timedelta(days=14)
"""How often they are fitted anew meanwhile."""
LEAST = timedelta(days=28)
"""History before that, at least."""
DAY = timedelta(days=1)
WORTH = 0.005
"""A dearer model has to be better by this share of the error."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which model a sensor gets, and why.

    Attributes:
        model: Its name.
        horizon: At which models were tried.
        accuracy: 1 - WAPE of each model that was tried, by its name. [-]
    """

    model: str
    horizon: timedelta
    accuracy: Mapping[str, float]


def choose_model(sensor_id: int, platform: Platform) -> Mapping[str, object]:
    """Try models on the latest weeks of a sensor; the cheapest that is about as good as the best is chosen.

    The choice is kept as an attribute of the sensor, with its evidence, and counts for all forecasts from now
    on, unless the sensor names a model itself. A sensor of a fleet has trees grown, which count if they help.

    Returns:
        The choice and its evidence, as plain JSON values.

    Raises:
        UnknownEntity: there is no such sensor.
        NotEnoughData: less is known of it than models need to be tried.
        ServiceUnavailable: a library that is needed is missing on this machine.
    """
    sensor = platform.store.assets.sensor(sensor_id)
    if is_of_fleet(sensor):
        return choose_correction(sensor, platform)
    choice = _choice(sensor, platform)
    told = {
        "model": choice.model,
        "chosen": platform.now().isoformat(),
        "horizon": write_duration(choice.horizon),
        "tried": write_duration(TRIED),
        "accuracy": {name: round(value, 4) for name, value in choice.accuracy.items()},
    }
    platform.store.assets.set_sensor_attributes(sensor.id, {CHOICE: told})
    return told


def _choice(sensor: Sensor, platform: Platform) -> Choice:
    """Try models at the default horizon that is nearest to a day.

    Raises:
        NotEnoughData: less is known of the sensor than models need to be tried.
    """
    end = last_known(sensor, platform)
    first = platform.store.beliefs.first_event(sensor.id)
    if first is None or end - first < TRIED + LEAST or sensor.step > DAY:
        raise NotEnoughData(
            f"Models are tried on sensors that are known for {(TRIED + LEAST).days} days at least, in steps "
            f"of a day at most; sensor {sensor.id} gets the usual one."
        )
    horizon = min(default_horizons(sensor.step), key=lambda horizon: abs(horizon - DAY))
    start = end - TRIED // sensor.step * sensor.step
    trials = list(backtest(sensor, Range(start, end, [horizon], CANDIDATES, REFIT), platform))
    return cheapest(trials, horizon)


def cheapest(trials: list[Trial], horizon: timedelta) -> Choice:
    """Return the first trial that is about as good as the best.

    Args:
        trials: The cheapest first.
        horizon: Of all of them.

    Raises:
        NotEnoughData: nothing could be compared.
    """
    errors = {trial.model: trial.scores.mae for trial in trials if trial.scores is not None}
    if not errors:
        raise NotEnoughData("No model had a forecast to be compared with what was measured.")
    bound = min(errors.values()) * (1 + WORTH)
    chosen = next(name for name, error in errors.items() if error <= bound)
    accuracy = {trial.model: trial.scores.accuracy for trial in trials if trial.scores is not None}
    return Choice(chosen, horizon, accuracy)


def queue_choice(sensor: Sensor, platform: Platform) -> list[Job]:
    """Queue a job that chooses the model of a sensor, unless one waits already."""
    key = f"{CHOOSE}:{sensor.id}"
    waiting = platform.store.jobs.by_key(key)
    if waiting is not None and waiting.state is JobState.QUEUED:
        return []
    arguments = {"sensor_id": sensor.id}
    return [platform.queue.put(FORECASTING, CHOOSE, arguments, key=key, asset_id=sensor.asset_id)]
