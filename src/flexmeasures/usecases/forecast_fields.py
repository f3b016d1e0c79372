"""Read what somebody wants to have forecast, from the names and forms of version 3."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

from flexmeasures.domain.errors import InvalidParts
from flexmeasures.usecases.flex.values import read_length, read_sensor, read_time, shown, wrong
from flexmeasures.usecases.forecast_wishes import AnnotationChoice, Recipe, Snap, Wish

SHORTEST_TRAINING = timedelta(days=2)
LONGEST = timedelta(days=3660)
_MOST_REGRESSORS = 50
_MOST_QUANTILES = 20
_Value = TypeVar("_Value")


def read_wish(sensor_id: int, message: Mapping[str, object]) -> Wish:
    """Read what is wanted.

    Args:
        sensor_id: Whose events.
        message: ``start``, ``end``, ``duration``, ``prior``, ``max-forecast-horizon``,
            ``forecast-frequency``, ``quantiles``, ``sensor-to-save``, ``model`` and ``config``; dashes may be
            underscores. What is null counts as not said.

    Raises:
        InvalidParts: some fields are unknown or wrong.
    """
    told = _Told(message)
    model = told.one("model", _text)
    wish = Wish(
        sensor_id=sensor_id,
        start=told.one("start", _time),
        end=told.one("end", _time),
        length=told.one("duration", _length),
        prior=told.one("prior", _time),
        look_ahead=told.one("max-forecast-horizon", _length),
        every=told.one("forecast-frequency", _length),
        probabilistic=bool(told.one("probabilistic", _flag)),
        quantiles=told.one("quantiles", _quantiles) or (),
        target_id=told.one("sensor-to-save", read_sensor),
        recipe=told.one("config", lambda config: read_recipe(config, model or "")) or Recipe(model or ""),
    )
    told.refuse_others()
    return wish


def read_recipe(message: object, model: str = "") -> Recipe:
    """Read how to forecast.

    Args:
        message: An object with fields as in ``config`` of version 3.
        model: Name of the model, where the message tells none.

    Raises:
        InvalidParts: some fields are unknown or wrong.
    """
    if not isinstance(message, Mapping):
        raise wrong(f"{shown(message)} is no object with fields.")
    told = _Told(message)
    told.one("model-params", _nothing)
    lower = told.one("lower", _number)
    positive = told.one("ensure-positive", _flag)
    recipe = Recipe(
        model=told.one("model", _text) or model,
        past=told.one("past-regressors", _sensors) or (),
        future=told.one("future-regressors", _sensors) or (),
        both=told.one("regressors", _sensors) or (),
        annotations=told.one("annotation-regressors", _annotations) or (),
        lower=max(-math.inf if lower is None else lower, 0.0 if positive else -math.inf),
        upper=math.inf if (upper := told.one("upper", _number)) is None else upper,
        snaps=told.one("snap", _snaps) or (),
        most_missing=1.0 if (share := told.one("missing-threshold", _share)) is None else share,
        train_start=told.one("train-start", _time),
        train_period=_shortest(
            told.one("train-period", _training), told.one("max-training-period", _training)
        ),
        retrain=told.one("retrain-frequency", _length),
    )
    told.refuse_others()
    return recipe


class _Told:
    """Fields of a message, read one by one; all wrong ones are told together."""

    def __init__(self, message: Mapping[str, object]) -> None:
        self._left = {str(name).replace("_", "-"): value for name, value in message.items()}
        self._tree: dict[str, object] = {}

    def one(self, name: str, read: Callable[[object], _Value]) -> _Value | None:
        """Return what a field tells, None where it tells nothing or something wrong."""
        value = self._left.pop(name, None)
        if value is None:
            return None
        try:
            return read(value)
        except InvalidParts as error:
            self._tree[name] = error.tree.get("", error.tree)
            return None

    def refuse_others(self) -> None:
        """Refuse a message with unknown or wrong fields.

        Raises:
            InvalidParts: it has some.
        """
        unknown = {name[:80]: ["Unknown field."] for name in self._left}
        if self._tree or unknown:
            raise InvalidParts({**self._tree, **unknown})


def _shortest(one: timedelta | None, other: timedelta | None) -> timedelta | None:
    said = [length for length in (one, other) if length is not None]
    return min(said) if said else None


def _time(told: object) -> datetime:
    return read_time(told, "")


def _length(told: object) -> timedelta:
    length = read_length(told, "")
    if length <= timedelta(0):
        raise wrong(f"{shown(told)} should be longer than nothing.")
    if length > LONGEST:
        raise wrong(f"{shown(told)} is too long: expected at most {LONGEST.days} days.")
    return length


def _training(told: object) -> timedelta:
    length = _length(told)
    if length < SHORTEST_TRAINING:
        raise wrong(f"{shown(told)} is too short to learn from: expected at least two days.")
    return length


def _flag(told: object) -> bool:
    if not isinstance(told, bool):
        raise wrong(f"{shown(told)} is neither true nor false.")
    return told


def _text(told: object) -> str:
    if not isinstance(told, str) or len(told) > 120 or "\x00" in told:
        raise wrong(f"{shown(told)} is no name.")
    return told


def _number(told: object) -> float:
    try:
        number = float(str(told)) if not isinstance(told, bool) else math.nan
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise wrong(f"{shown(told)} is no number.")
    return number


def _share(told: object) -> float:
    number = _number(told)
    if not 0 <= number <= 1:
        raise wrong(f"{shown(told)} is no share from 0 to 1.")
    return number


def _listed(told: object, most: int) -> list[object]:
    parts = told if isinstance(told, list) else [told]
    if len(parts) > most:
        raise wrong(f"{len(parts)} are too many: expected at most {most}.")
    return parts


def _sensors(told: object) -> tuple[int, ...]:
    return tuple(read_sensor(one) for one in _listed(told, _MOST_REGRESSORS))


def _quantiles(told: object) -> tuple[float, ...]:
    levels = tuple(_share(one) for one in _listed(told, _MOST_QUANTILES))
    if not all(0 < level < 1 for level in levels):
        raise wrong("Cumulative probabilities lie between 0 and 1.")
    return levels


def _annotations(told: object) -> tuple[AnnotationChoice, ...]:
    return tuple(_annotation(one) for one in _listed(told, _MOST_REGRESSORS))


def _annotation(told: object) -> AnnotationChoice:
    if not isinstance(told, Mapping):
        raise wrong(f"{shown(told)} is no choice of annotations.")
    owners = [name for name in ("account", "asset", "sensor") if told.get(name) is not None]
    if len(owners) != 1:
        raise wrong("Expected one of account, asset and sensor.")
    kind = _text(told.get("annotation-type") or told.get("annotation_type") or "holiday")
    return AnnotationChoice(owners[0], read_sensor(told[owners[0]]), kind, _text(told.get("name") or ""))


def _snaps(told: object) -> tuple[Snap, ...]:
    if not isinstance(told, Mapping):
        raise wrong(f"{shown(told)} is no map from targets to intervals.")
    snaps = []
    for target, interval in told.items():
        if not isinstance(interval, list) or len(interval) != 2:
            raise wrong(f"{shown(interval)} is no interval: expected two numbers.")
        low, high = sorted(_number(edge) for edge in interval)
        snaps.append(Snap(_number(target), low, high))
    return tuple(snaps)


def _nothing(told: object) -> None:
    """Refuse parameters of a model.

    Raises:
        InvalidParts: there are some.
    """
    if told:
        raise wrong("Models choose their parameters by trying them on the latest weeks: none can be told.")
