"""The query for all that was ever believed about some events."""

from __future__ import annotations

from datetime import datetime

from flexmeasures.domain.beliefs import MEDIAN

_HISTORY = """
SELECT series.sensor_id, series.source_id, found.event_start, found.belief_time, found.event_value
FROM belief_series AS series
CROSS JOIN LATERAL (
  SELECT array_agg(event_start) AS event_start, array_agg(belief_time) AS belief_time,
    array_agg(event_value) AS event_value
  FROM (
    SELECT b.event_start, b.belief_time, b.event_value FROM belief AS b
    WHERE b.sensor_id = series.sensor_id AND b.source_id = series.source_id
      AND b.event_start >= %(start)b AND b.event_start < %(end)b
      AND b.cumulative_probability = %(probability)b
    ORDER BY b.belief_time DESC, b.event_start DESC LIMIT %(most)b) AS answer) AS found
WHERE series.sensor_id = ANY(%(sensors)b::int4[]) AND found.event_start IS NOT NULL
ORDER BY series.sensor_id, series.source_id"""


def history_query(start: datetime, end: datetime, most: int) -> tuple[str, dict[str, object]]:
    """Return the query for all medians about events in ``[start, end)``, and its parameters.

    Its rows are sensor, source, and the arrays of event starts, recording times and values, newest first.
    """
    return _HISTORY, {"start": start, "end": end, "probability": MEDIAN, "most": most}
