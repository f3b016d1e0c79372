"""``flexmeasures add forecasts`` with a configuration and parameters, as version 3 has them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from flexmeasures.domain.errors import FlexMeasuresError
from flexmeasures.usecases.forecast_fields import read_wish
from flexmeasures.usecases.ports.platform import Platform
from flexmeasures.usecases.wished_forecasts import make_wished, queue_wished


@dataclass(frozen=True, slots=True)
class Papers:
    """Where it is written how and what to forecast.

    Attributes:
        config: File with how.
        parameters: File with what.
        source_id: Of beliefs whose model is to be used.
        edits_config: Whether to open how in an editor.
        edits_parameters: Whether to open what in an editor.
    """

    config: Path | None
    parameters: Path | None
    source_id: int | None
    edits_config: bool
    edits_parameters: bool

    @property
    def are_there(self) -> bool:
        """Whether anything is written at all."""
        return any((self.config, self.parameters, self.source_id, self.edits_config, self.edits_parameters))


def forecast_as_written(
    sensor_ids: Sequence[int], papers: Papers, platform: Platform, *, as_job: bool
) -> None:
    """Make or queue the forecasts that files describe, and say what became of them."""
    message = _message(papers, platform)
    told = message.pop("sensor", None)
    ids = sensor_ids or ([told] if isinstance(told, int) else [])
    if not ids:
        raise click.UsageError("State the sensor to forecast: by --sensor, or as 'sensor' in the parameters.")
    with click.progressbar(ids, label="Forecasting") as running:
        said = [_one(sensor_id, message, platform, as_job=as_job) for sensor_id in running]
    for line in said:
        click.echo(line)


def _one(sensor_id: int, message: Mapping[str, object], platform: Platform, *, as_job: bool) -> str:
    """Make or queue the forecasts of one sensor, and return what became of it."""
    try:
        with platform.transaction():
            if as_job:
                job = queue_wished(platform.store.assets.sensor(sensor_id), message, platform)
                return f"Queued forecasting job {job.id} for sensor {sensor_id}."
            made = make_wished(read_wish(sensor_id, message), platform)
    except FlexMeasuresError as error:
        return f"Skipping forecasts for sensor {sensor_id}: {error}"
    fallback = f" {made['fallback']}" if made["fallback"] else ""
    return f"Recorded {made['count']} forecast value(s) of sensor {sensor_id} by {made['model']}.{fallback}"


def _message(papers: Papers, platform: Platform) -> dict[str, object]:
    """Return what the files tell, with the model of the source."""
    config = _read(papers.config, "the configuration", edits=papers.edits_config)
    message = _read(papers.parameters, "the parameters", edits=papers.edits_parameters)
    if papers.source_id is not None:
        source = platform.store.sources.named([papers.source_id]).get(papers.source_id)
        if source is None or not source.model:
            raise click.UsageError(f"There is no source {papers.source_id} with a model.")
        config.setdefault("model", source.model)
    return {**message, "config": config} if config else message


def _read(path: Path | None, name: str, *, edits: bool) -> dict[str, object]:
    """Return the JSON object in a file, as the user left it in an editor."""
    text = path.read_text() if path else "{}"
    if edits:
        text = click.edit(text, extension=".json") or text
    try:
        told: object = json.loads(text)
    except json.JSONDecodeError as error:
        raise click.UsageError(f"There is no JSON in {name}: {error}.") from error
    if not isinstance(told, dict):
        raise click.UsageError(f"Expected an object with fields in {name}.")
    return {str(key): value for key, value in told.items()}
