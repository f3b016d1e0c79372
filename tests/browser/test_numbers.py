"""Numbers on the pages are those that SQL finds in the database."""

from __future__ import annotations

from datetime import UTC, datetime

from numpy.testing import assert_allclose
from sqlalchemy import text
from tests.browser.conftest import Visit

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


def _number(cell: str) -> float:
    """Read a number; what an asset cannot have is a dash."""
    return 0.0 if cell == "–" else float(cell.replace(",", "").replace("−", "-"))
