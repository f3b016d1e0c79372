"""How fast beliefs are kept and read, beside raw COPY and SELECT and beside timely-beliefs in the same run.

Run with ``python -m benchmarks.store``; ``--rows 20`` grows the table to 20 million rows, ``--alone`` leaves
out the peer. Figures are medians of runs that take turns; the server waits for the disk as in production.

All are handed what they take, ready-made: the store blocks of arrays, the COPY the same blocks, which it
encodes, and the peer a frame of its own, whose making is not counted. The peer writes by its fastest
documented call, which compares nothing, and commits. Its tables are vacuumed before it reads, as ours are.
All share a server.
"""

from __future__ import annotations

import argparse
import json

from benchmarks.peers.environment import Peer, PeerMissing
from benchmarks.store_measures import (
    Bench,
    bench,
    make_histories,
    measure_growth,
    measure_ingest,
    measure_reads,
)
from rich.console import Console
from rich.table import Table


def main() -> None:
    """Measure the store and print the tables."""
    parser = argparse.ArgumentParser(description="Measure the belief store.")
    parser.add_argument("--rows", type=int, default=10, help="largest size of the table, in millions of rows")
    parser.add_argument("--alone", action="store_true", help="leave out timely-beliefs")
    options = parser.parse_args()
    with bench() as place:
        show(place, Console(width=120), options.rows, with_peer=not options.alone)


def show(place: Bench, console: Console, millions: int, *, with_peer: bool) -> None:
    """Measure everything and print it as tables."""
    peer: dict[str, dict[str, float]] = {}
    if with_peer:
        try:
            peer = measure_peer(place)
        except PeerMissing as error:
            console.print(f"timely-beliefs is left out: {error}")
    ingest = measure_ingest(place)
    console.print(_ingest_table(ingest, peer.get("write", {})))
    histories = make_histories(place)
    for history in histories:
        console.print(_read_table(history.name, measure_reads(place, history), peer.get(history.name, {})))
    console.print(_growth_table(measure_growth(place, histories[0], millions)))


def _ingest_table(times: dict[int, dict[str, float]], peer: dict[str, float]) -> Table:
    table = _table(
        "Writing with all rules",
        "values",
        "ms",
        "values/s",
        "raw COPY, ms",
        "share of it",
        "COPY with key, ms",
        "share of it",
        "peer, ×",
    )
    for size, row in times.items():
        table.add_row(
            f"{size:,}",
            _milliseconds(row["store"]),
            f"{size / row['store']:,.0f}",
            _milliseconds(row["bare"]),
            f"{row['bare'] / row['store']:.2f}",
            _milliseconds(row["keyed"]),
            f"{row['keyed'] / row['store']:.2f}",
            _times(peer.get(str(size)), row["store"]),
        )
    return table


def _read_table(name: str, times: dict[str, dict[str, float]], peer: dict[str, float]) -> Table:
    table = _table(
        f"Reading the latest beliefs, {name}",
        "span",
        "ms",
        "SELECT of all, ms",
        "ratio",
        "DISTINCT ON, ms",
        "ratio",
        "peer, ×",
    )
    for span, row in times.items():
        table.add_row(
            span,
            _milliseconds(row["store"]),
            _milliseconds(row["SELECT"]),
            f"{row['store'] / row['SELECT']:.2f}",
            _milliseconds(row["DISTINCT ON"]),
            f"{row['store'] / row['DISTINCT ON']:.2f}",
            _times(peer.get(span), row["store"]),
        )
    return table


def _growth_table(times: dict[int, dict[str, float]]) -> Table:
    table = _table("Growth of the table [ms]", "what", *(f"{rows} million rows" for rows in times))
    for what in next(iter(times.values())):
        table.add_row(what, *(_milliseconds(row[what]) for row in times.values()))
    return table


def _table(title: str, first: str, *others: str) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column(first)
    for name in others:
        table.add_column(name, justify="right")
    return table


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1e3:,.2f}"


def _times(peer: float | None, ours: float) -> str:
    return "-" if peer is None else f"{peer / ours:,.0f}"


def measure_peer(place: Bench) -> dict[str, dict[str, float]]:
    """Return the times of timely-beliefs on the same server, by what and by size or span. [s]

    Raises:
        PeerMissing: it cannot be installed.
    """
    peer = Peer("timely_beliefs")
    place.raw.autocommit = True
    place.raw.execute("CREATE DATABASE peer")
    place.raw.autocommit = False
    uri = place.uri.replace("+psycopg", "+psycopg2").replace("/flexmeasures?", "/peer?")
    answer: dict[str, dict[str, float]] = json.loads(peer.run(uri))
    return answer


if __name__ == "__main__":
    main()
