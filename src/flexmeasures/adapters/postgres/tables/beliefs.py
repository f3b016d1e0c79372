"""Beliefs, and the series that they form: one for each sensor and source that know something."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Double, ForeignKey, PrimaryKeyConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from flexmeasures.adapters.postgres.tables.declaration import SensorKey, Table


class BeliefRow(Table):
    """The value of an event, as a source believed it at a time.

    The key holds all columns, so that reading needs the index alone. It has no foreign keys, which would make
    writing six times slower: those are with the series, whose removal removes its beliefs.
    """

    __tablename__ = "belief"
    __table_args__ = (
        PrimaryKeyConstraint(
            "sensor_id",
            "source_id",
            "event_start",
            "belief_time",
            "cumulative_probability",
            postgresql_include=["event_value"],
        ),
        {
            "postgresql_with": {
                "autovacuum_vacuum_insert_threshold": "50000",
                "autovacuum_vacuum_insert_scale_factor": "0.02",
                "autovacuum_analyze_scale_factor": "0.05",
            }
        },
    )

    sensor_id: Mapped[int] = mapped_column(autoincrement=False)
    source_id: Mapped[int]
    event_start: Mapped[datetime]
    belief_time: Mapped[datetime]
    cumulative_probability: Mapped[float] = mapped_column(Double, server_default=text("0.5"))
    event_value: Mapped[float]


class BeliefSeriesRow(Table):
    """What is known of all beliefs of one source about one sensor.

    The marks are set when the first belief of the kind is written, and steer how a series is read. So does
    the grid: the step between times, counted from 2000-01-01 UTC, at which all events begin. [s]
    """

    __tablename__ = "belief_series"

    sensor_id: Mapped[SensorKey] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("data_source.id"), primary_key=True, index=True)
    probabilistic: Mapped[bool] = mapped_column(server_default=false())
    many_beliefs: Mapped[bool] = mapped_column(server_default=false())
    forecasts: Mapped[bool] = mapped_column(server_default=false())
    measurements: Mapped[bool] = mapped_column(server_default=false())
    grid: Mapped[float | None]
