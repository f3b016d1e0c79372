"""Remove selected beliefs."""

from __future__ import annotations

from sqlalchemy import Connection, text

from flexmeasures.usecases.ports.beliefs import Rank, Selection

_SELECTED = """
SELECT belief.*, belief.ctid AS place, belief.belief_time < event_start + event_resolution AS is_forecast
FROM belief JOIN sensor ON sensor.id = sensor_id
WHERE sensor_id = ANY(:sensors)
  AND (CAST(:sources AS integer[]) IS NULL OR source_id = ANY(:sources))
  AND event_start >= COALESCE(CAST(:start AS timestamptz), '-infinity')
  AND event_start < COALESCE(CAST(:end AS timestamptz), 'infinity')
  AND CASE WHEN belief.belief_time < event_start + event_resolution THEN :forecasts ELSE :measurements END
"""
_REPEATING = f"""
SELECT place, event_value IS NOT DISTINCT FROM lag(event_value) OVER series AS repeats
FROM ({_SELECTED}) AS selected JOIN belief_series USING (sensor_id, source_id)
WHERE NOT probabilistic
WINDOW series AS (PARTITION BY sensor_id, source_id, event_start, is_forecast ORDER BY belief_time)
"""  # noqa: S608 - all parts are from here
_PLACES = {
    Rank.ALL: f"SELECT place FROM ({_SELECTED}) AS selected",  # noqa: S608 - all parts are from here
    Rank.NO_NUMBER: f"SELECT place FROM ({_SELECTED}) AS selected WHERE event_value = 'NaN'",  # noqa: S608 - the same
    Rank.UNCHANGED: f"SELECT place FROM ({_REPEATING}) AS told WHERE repeats",  # noqa: S608 - the same
}


def prune(connection: Connection, selection: Selection) -> int:
    """Remove selected beliefs; return how many."""
    places = _PLACES[selection.rank]
    statement = text(f"DELETE FROM belief WHERE ctid = ANY(ARRAY({places}))")  # noqa: S608 - the same
    told = {
        "sensors": list(selection.sensor_ids),
        "sources": None if selection.source_ids is None else list(selection.source_ids),
        "start": selection.start,
        "end": selection.end,
        "forecasts": selection.forecasts,
        "measurements": selection.measurements,
    }
    return connection.execute(statement, told).rowcount
