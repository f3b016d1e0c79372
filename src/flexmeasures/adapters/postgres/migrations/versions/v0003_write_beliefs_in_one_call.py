"""Write beliefs in one call: functions that lock series first and then look, each in a statement of its own.

Within one statement, who had to wait for a lock would see what was there before.
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

HOLD_SERIES = """
CREATE FUNCTION hold_series(
  sensors int4[], sources int4[], OUT steps float8[], OUT grids float8[], OUT probabilistic bool[],
  OUT many_beliefs bool[], OUT forecasts bool[], OUT measurements bool[])
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  PERFORM count(pg_advisory_xact_lock(sensor_id, source_id)::text)
  FROM unnest(sensors, sources) AS asked(sensor_id, source_id);
  FOR attempt IN 1..2 LOOP
    SELECT array_agg(step), array_agg(grid), array_agg(probabilistic), array_agg(many_beliefs),
      array_agg(forecasts), array_agg(measurements)
    INTO steps, grids, probabilistic, many_beliefs, forecasts, measurements
    FROM (
      SELECT extract(epoch FROM sensor.event_resolution)::float8 AS step, coalesce(series.grid, 0) AS grid,
        series.probabilistic, series.many_beliefs, series.forecasts, series.measurements
      FROM unnest(sensors, sources) WITH ORDINALITY AS asked(sensor_id, source_id, place)
      JOIN belief_series AS series USING (sensor_id, source_id)
      JOIN sensor ON sensor.id = series.sensor_id
      ORDER BY asked.place
      FOR KEY SHARE OF series) AS held;
    EXIT WHEN cardinality(steps) = cardinality(sensors);
    INSERT INTO belief_series (sensor_id, source_id, grid)
    SELECT asked.*, nullif(extract(epoch FROM sensor.event_resolution)::float8, 0)
    FROM unnest(sensors, sources) AS asked(sensor_id, source_id)
    LEFT JOIN sensor ON sensor.id = asked.sensor_id
    ON CONFLICT DO NOTHING;
  END LOOP;
END $$
"""

KNOWN_BELIEFS = """
CREATE FUNCTION known_beliefs(
  sensors int4[], sources int4[], firsts timestamptz[], lasts timestamptz[],
  OUT steps float8[], OUT grids float8[], OUT probabilistic bool[],
  OUT many_beliefs bool[], OUT forecasts bool[], OUT measurements bool[],
  OUT sensor_id int4[], OUT source_id int4[], OUT event_start timestamptz[], OUT belief_time timestamptz[],
  OUT cumulative_probability float8[], OUT event_value float8[])
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  SELECT * INTO steps, grids, probabilistic, many_beliefs, forecasts, measurements
  FROM hold_series(sensors, sources);
  SELECT array_agg(sensor_id), array_agg(source_id), array_agg(event_start), array_agg(belief_time),
    array_agg(cumulative_probability), array_agg(event_value)
  INTO sensor_id, source_id, event_start, belief_time, cumulative_probability, event_value
  FROM unnest(sensors, sources, firsts, lasts) AS posted(of_sensor, of_source, first_event, last_event)
  CROSS JOIN LATERAL (
    SELECT sensor_id, source_id, event_start, belief_time, cumulative_probability, event_value FROM belief
    WHERE sensor_id = of_sensor AND source_id = of_source AND event_start BETWEEN first_event AND last_event
    OFFSET 0) AS known;
END $$
"""

POST_BELIEFS = """
CREATE FUNCTION post_beliefs(
  sensors int4[], sources int4[], firsts timestamptz[], lasts timestamptz[],
  sensor_ids int4[], source_ids int4[], event_starts timestamptz[], belief_times timestamptz[],
  probabilities float8[], event_values float8[], told_quantiles bool[], replaces bool,
  OUT steps float8[], OUT grids float8[], OUT probabilistic bool[],
  OUT many_beliefs bool[], OUT forecasts bool[], OUT measurements bool[],
  OUT sensor_id int4[], OUT source_id int4[], OUT event_start timestamptz[], OUT belief_time timestamptz[],
  OUT cumulative_probability float8[], OUT event_value float8[], OUT fresh int8, OUT known int8)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  SELECT * INTO steps, grids, probabilistic, many_beliefs, forecasts, measurements
  FROM hold_series(sensors, sources);
  IF NOT EXISTS (
    SELECT FROM unnest(sensors, sources, firsts, lasts) AS posted(of_sensor, of_source, first_event, last_event)
    CROSS JOIN LATERAL (
      SELECT FROM belief
      WHERE sensor_id = of_sensor AND source_id = of_source
        AND event_start BETWEEN first_event AND last_event
      LIMIT 1) AS known)
  THEN
    INSERT INTO belief (sensor_id, source_id, event_start, belief_time, cumulative_probability, event_value)
    SELECT * FROM unnest(sensor_ids, source_ids, event_starts, belief_times, probabilities, event_values);
    GET DIAGNOSTICS fresh = ROW_COUNT;
    known := 0;
    RETURN;
  END IF;
  WITH compared AS MATERIALIZED (
    SELECT posted.*, known.belief_time AS known_time, known.event_value AS known_value,
      later.event_value AS later_value, series.probabilistic
    FROM unnest(sensor_ids, source_ids, event_starts, belief_times, probabilities, event_values,
      told_quantiles) AS posted(sensor_id, source_id, event_start, belief_time, cumulative_probability,
      event_value, told_quantiles)
    JOIN belief_series AS series USING (sensor_id, source_id)
    LEFT JOIN LATERAL (
      SELECT b.belief_time, b.event_value FROM belief AS b
      WHERE b.sensor_id = posted.sensor_id AND b.source_id = posted.source_id
        AND b.event_start = posted.event_start
        AND b.cumulative_probability = posted.cumulative_probability
        AND b.belief_time <= posted.belief_time
      ORDER BY b.belief_time DESC LIMIT 1) AS known ON true
    LEFT JOIN LATERAL (
      SELECT b.event_value FROM belief AS b
      WHERE b.sensor_id = posted.sensor_id AND b.source_id = posted.source_id
        AND b.event_start = posted.event_start
        AND b.cumulative_probability = posted.cumulative_probability
        AND b.belief_time > posted.belief_time
      ORDER BY b.belief_time LIMIT 1) AS later ON true),
  conflicting AS MATERIALIZED (
    SELECT * FROM compared WHERE known_time = belief_time AND known_value <> event_value),
  written AS (
    INSERT INTO belief AS b
      (sensor_id, source_id, event_start, belief_time, cumulative_probability, event_value)
    SELECT sensor_id, source_id, event_start, belief_time, cumulative_probability, event_value FROM compared
    WHERE CASE WHEN known_time = belief_time THEN known_value <> event_value
      ELSE told_quantiles OR probabilistic OR known_value IS DISTINCT FROM event_value
        OR later_value IS DISTINCT FROM event_value END
    AND (replaces OR NOT EXISTS (SELECT FROM conflicting))
    ON CONFLICT (sensor_id, source_id, event_start, belief_time, cumulative_probability)
    DO UPDATE SET event_value = excluded.event_value WHERE replaces AND b.event_value <> excluded.event_value
    RETURNING 1)
  SELECT array_agg(sensor_id), array_agg(source_id), array_agg(event_start), array_agg(belief_time),
    array_agg(cumulative_probability), array_agg(event_value), (SELECT count(*) FROM written),
    (SELECT count(*) FROM compared WHERE known_time IS NOT NULL OR later_value IS NOT NULL)
  INTO sensor_id, source_id, event_start, belief_time, cumulative_probability, event_value, fresh, known
  FROM conflicting;
END $$
"""


def upgrade() -> None:
    """Bring the schema from 0002 to 0003."""
    for function in (HOLD_SERIES, KNOWN_BELIEFS, POST_BELIEFS):
        op.execute(function)


def downgrade() -> None:
    """Bring the schema back from 0003 to 0002."""
    for name in ("post_beliefs", "known_beliefs", "hold_series"):
        op.execute(f"DROP FUNCTION {name}")
