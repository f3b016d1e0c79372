"""Numbers on the pages are those that SQL finds in the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from numpy.testing import assert_allclose
from sqlalchemy import text
from tests.browser.conftest import Visit
from tests.browser.scene import NOW

from flexmeasures.adapters.postgres.database import Database

START = datetime(2026, 3, 26, 12, tzinfo=UTC)
END = datetime(2026, 3, 27, 12, tzinfo=UTC)
BY_TYPE = text("""
WITH power AS (
  SELECT DISTINCT ON (b.sensor_id, b.event_start) s.asset_id, b.event_start, b.event_value
  FROM belief AS b JOIN sensor AS s ON s.id = b.sensor_id
  WHERE s.quantity = 'power' AND b.event_start >= :start AND b.event_start < :end
    AND b.belief_time >= b.event_start + s.event_resolution
  ORDER BY b.sensor_id, b.event_start, b.belief_time DESC),
price AS (
  SELECT DISTINCT ON (b.event_start) b.event_start, b.event_value
  FROM belief AS b JOIN sensor AS s ON s.id = b.sensor_id
  WHERE s.quantity = 'price' AND b.event_start >= :start AND b.event_start < :end
  ORDER BY b.event_start, b.belief_time DESC)
SELECT t.display_name,
  sum(greatest(power.event_value, 0)) / 4, sum(greatest(-power.event_value, 0)) / 4,
  sum(greatest(power.event_value, 0) * price.event_value) / 4,
  sum(greatest(-power.event_value, 0) * price.event_value) / 4
FROM power
JOIN price ON price.event_start = date_trunc('hour', power.event_start)
JOIN asset AS a ON a.id = power.asset_id
JOIN asset_type AS t ON t.id = a.asset_type_id
GROUP BY t.display_name""")


def test_the_energy_summary_agrees_with_sql(visit: Visit, process_database: Database) -> None:
    visit.open(f"/portfolio?start={START:%Y-%m-%dT%H:%M:%SZ}&end={END:%Y-%m-%dT%H:%M:%SZ}")
    shown = {}
    for row in visit.page.locator("#statements section").first.locator("tbody tr").all():
        name, *cells = (cell.strip() for cell in row.locator("th, td").all_text_contents())
        shown[name.casefold()] = [_number(cell) for cell in cells[1:]]
    with process_database.joined() as session:
        found = session.execute(BY_TYPE, {"start": START, "end": END}).all()
    assert len(found) == 5
    for name, consumption, production, costs, revenues in found:
        expected = [consumption, production, costs, revenues, revenues - costs]
        assert_allclose(shown[name.casefold()], expected, atol=0.006)
    total = [sum(float(row[place]) for row in found) for place in range(1, 5)]
    assert_allclose(shown["all"], [*total, total[3] - total[2]], atol=0.03)


METRICS = text("""
WITH told AS (
  SELECT b.event_start, b.event_value, s.event_resolution, b.belief_time,
    b.belief_time >= b.event_start + s.event_resolution AS is_over,
    b.belief_time <= b.event_start + s.event_resolution - interval '6 hours' AS was_early
  FROM belief AS b JOIN sensor AS s ON s.id = b.sensor_id
  WHERE b.sensor_id = :sensor AND b.event_start >= :start AND b.event_start < :end
    AND b.cumulative_probability = 0.5),
measured AS (
  SELECT DISTINCT ON (event_start) event_start, -event_value / 4 AS value FROM told
  WHERE is_over ORDER BY event_start, belief_time DESC),
forecast AS (
  SELECT DISTINCT ON (event_start) event_start, -event_value / 4 AS value FROM told
  WHERE was_early ORDER BY event_start, belief_time DESC),
price AS (
  SELECT DISTINCT ON (event_start) event_start, event_value AS value FROM belief
  WHERE sensor_id = :market AND event_start >= :start - interval '1 hour' AND event_start < :end
  ORDER BY event_start, belief_time DESC)
SELECT sum(m.value), sum(f.value), avg(abs(m.value - f.value)),
  sum(abs(m.value - f.value)) / abs(sum(m.value) FILTER (WHERE f.value IS NOT NULL)), count(f.value),
  sum(m.value * p.value)
FROM measured AS m LEFT JOIN forecast AS f USING (event_start)
JOIN price AS p ON p.event_start = date_trunc('hour', m.event_start)""")


def test_the_metrics_agree_with_sql(visit: Visit, process_database: Database) -> None:
    wind, market = visit.site.scene.power["Harbour wind"], visit.site.scene.market
    asked = {"sensor": wind.id, "market": market.id, "start": START, "end": END}
    with process_database.joined() as session:
        realised, expected, mae, wape, count, revenue = session.execute(METRICS, asked).one()
    window = f"start={START:%Y-%m-%dT%H:%M:%SZ}&end={END:%Y-%m-%dT%H:%M:%SZ}&horizon=PT6H"
    visit.open(f"/analytics?group=asset:{wind.asset_id}&market={market.id}&{window}")
    rows = visit.page.locator("#metrics tbody tr").all()
    cells = {row.locator("th").text_content(): row.locator("td").all_text_contents() for row in rows}
    power = {name: _number(each[0].removesuffix(" %")) for name, each in cells.items()}
    assert_allclose(power["Realised"], realised, atol=6e-4)
    assert_allclose(power["Expected"], expected, atol=6e-4)
    assert_allclose(power["MAE"], mae, atol=6e-4)
    assert_allclose(power["WAPE"], 100 * wape, atol=0.06)
    assert power["n, steps that count"] == count == 96
    assert_allclose(_number(cells["Realised"][-1]), revenue, atol=6e-3)
    figures = visit.page.locator("#figures dd:not(.note)").all_text_contents()
    assert_allclose(_number(figures[0].removesuffix(" %")), 100 * wape, atol=0.06)


EFFECT = text("""
WITH plan AS (
  SELECT DISTINCT ON (b.event_start) b.event_start, b.event_value AS value
  FROM belief AS b JOIN data_source AS d ON d.id = b.source_id
  WHERE b.sensor_id = :sensor AND d.type = 'scheduler' AND b.event_start >= :start AND b.event_start < :end
  ORDER BY b.event_start, b.belief_time DESC),
price AS (
  SELECT DISTINCT ON (event_start) event_start, event_value AS value FROM belief
  WHERE sensor_id = :market AND event_start >= :start - interval '1 hour' AND event_start < :end
  ORDER BY event_start, belief_time DESC)
SELECT sum(greatest(plan.value, 0) * price.value) / 4, sum(greatest(-plan.value, 0) * price.value) / 4,
  greatest(sum(greatest(plan.value, 0)), sum(greatest(-plan.value, 0))) / 4
FROM plan JOIN price ON price.event_start = date_trunc('hour', plan.event_start)""")


def test_what_schedules_are_worth_agrees_with_sql(visit: Visit, process_database: Database) -> None:
    battery, market = visit.site.scene.power["Canal battery"], visit.site.scene.market
    start = datetime(2026, 3, 28, 13, 15, tzinfo=UTC)
    asked = {"sensor": battery.id, "market": market.id, "start": start, "end": start + timedelta(hours=24)}
    with process_database.joined() as session:
        costs, revenues, shifted = session.execute(EFFECT, asked).one()
    visit.open(
        f"/portfolio?start={start:%Y-%m-%dT%H:%M:%SZ}&end={start + timedelta(hours=24):%Y-%m-%dT%H:%M:%SZ}"
    )
    row = visit.page.locator("#statements section").nth(1).locator("tbody tr").first
    told = [_number(cell) for cell in row.locator("td").all_text_contents()]
    assert_allclose([told[1], *told[3:]], [shifted, costs, revenues, revenues - costs], atol=6e-3)
    first = visit.page.locator("#figures dd:not(.note)").first.text_content() or ""
    assert_allclose(_number(first.removesuffix(" EUR")), revenues - costs, atol=6e-3)


NOW_BY_TYPE = text("""
SELECT t.display_name, sum(last.event_value)
FROM sensor AS s
JOIN asset AS a ON a.id = s.asset_id
JOIN asset_type AS t ON t.id = a.asset_type_id
CROSS JOIN LATERAL (
  SELECT b.event_value, b.event_start FROM belief AS b
  WHERE b.sensor_id = s.id AND b.belief_time >= b.event_start + s.event_resolution
  ORDER BY b.event_start DESC, b.belief_time DESC LIMIT 1) AS last
WHERE s.quantity = 'power' AND last.event_start > :since
GROUP BY t.display_name""")


def test_power_now_agrees_with_sql(visit: Visit, process_database: Database) -> None:
    visit.open("/dashboard")
    shown = {}
    for row in visit.page.locator(".types-card li").all():
        name = row.locator("a").text_content() or ""
        amount, _, unit = (row.locator(".figure").text_content() or "").partition(" ")
        if amount.startswith("–"):
            continue
        is_consumed = "consuming" in unit
        factor = 1e-3 if unit.startswith("kW") else 1.0
        shown[name.casefold()] = _number(amount) * factor * (1 if is_consumed else -1)
    with process_database.joined() as session:
        found = session.execute(NOW_BY_TYPE, {"since": NOW - timedelta(hours=2)}).all()
    assert len(found) == 5
    for name, power in found:
        assert_allclose(shown[name.casefold()], power, rtol=6e-3)


def _number(cell: str) -> float:
    """Read a number; what an asset cannot have is a dash."""
    return 0.0 if cell == "–" else float(cell.replace(",", "").replace("−", "-"))
