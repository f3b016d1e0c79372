"""Draw the schedules of the pages on devices: ``python docs/device_pictures.py``.

The examples of the pages are run as they stand there. Of the page on formulations, the last schedule of each
section is drawn; of each page on a kind of device, the schedule of its order.
"""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import numpy as np

from flexmeasures.domain.series import Array
from flexmeasures.scheduling import schedule as module
from flexmeasures.scheduling.problem import Problem
from flexmeasures.scheduling.solution import Solution
from flexmeasures.testing.orders import done, told_on

PAGE = Path(__file__).parent / "explanation" / "devices.md"
FOLDER = Path(__file__).parent / "images" / "devices"
PAGES = Path(__file__).parent / "devices"
ORDERS = Path(__file__).parent / "images" / "orders"
WIDTH, HEIGHT, EDGE = 640, 200, 30
COLOURS = ("#1f77b4", "#ff7f0e", "#2ca02c", "#9467bd")


def drawn(problem: Problem, solution: Solution) -> str:
    """Return a picture: bars of power for each device of electricity, and a line of the price."""
    size = problem.grid.size
    rows = [
        place for place, device in enumerate(problem.devices) if device.commodity == problem.site.commodity
    ]
    power, price = solution.power[rows], problem.site.buy_price
    middle, unit = HEIGHT / 2, (HEIGHT / 2 - EDGE) / max(float(np.abs(power).max()), 1e-9)
    step = (WIDTH - 2 * EDGE) / size
    parts = [f'<line x1="{EDGE}" x2="{WIDTH - EDGE}" y1="{middle}" y2="{middle}" stroke="#888"/>']
    bar = 0.8 * step / max(len(rows), 1)
    for number, row in enumerate(power):
        colour = COLOURS[number % len(COLOURS)]
        for t, value in enumerate(row):
            x, high = EDGE + t * step + 0.1 * step + number * bar, abs(value) * unit
            top = middle - high if value > 0 else middle
            parts.append(
                f'<rect x="{x:.1f}" y="{top:.1f}" width="{bar:.1f}" height="{high:.1f}" fill="{colour}"/>'
            )
        name = problem.devices[rows[number]].name
        parts.append(f'<text x="{EDGE + 110 * number}" y="16" fill="{colour}">{name}</text>')
    parts.append(f'<polyline points="{_line(price, step)}" fill="none" stroke="#d62728" stroke-width="2"/>')
    parts.append(f'<text x="{WIDTH - 70}" y="16" fill="#d62728">price</text>')
    box = f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="13"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {box}>\n' + "\n".join(parts) + "\n</svg>\n"


def _line(price: Array, step: float) -> str:
    spread = max(float(np.ptp(price)), 1e-9)
    heights = HEIGHT - EDGE - (price - price.min()) / spread * (HEIGHT - 2 * EDGE)
    corners = [(EDGE + (t + end) * step, y) for t, y in enumerate(heights) for end in (0, 1)]
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)


def main() -> None:
    """Write all pictures."""
    draw_orders()
    draw_formulations()


def draw_orders() -> None:
    """Write the pictures of the pages on kinds of devices."""
    ORDERS.mkdir(parents=True, exist_ok=True)
    for page in sorted(PAGES.glob("*.md")):
        if "```json" in page.read_text():
            found = done(told_on(page))
            (ORDERS / f"{page.stem}.svg").write_text(drawn(found.problem, found.solution))


def draw_formulations() -> None:
    """Write the pictures of the page on formulations."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    made: list[tuple[Problem, Solution]] = []
    original = module.schedule

    def watched(problem: Problem) -> Solution:
        made.append((problem, original(problem)))
        return made[-1][1]

    sections = re.split(r"^## ", PAGE.read_text(), flags=re.MULTILINE)
    names: dict[str, object] = {}
    for section in sections:
        test = doctest.DocTestParser().get_doctest(section, names, "page", None, None)
        test.globs.update({"schedule": watched})
        doctest.DocTestRunner(verbose=False).run(test, clear_globs=False)
        names = test.globs | {"schedule": watched}
        picture = re.search(r"images/devices/(.+\.svg)", section)
        if picture and made:
            (FOLDER / picture[1]).write_text(drawn(*made[-1]))


if __name__ == "__main__":
    main()
