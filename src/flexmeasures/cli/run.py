"""``flexmeasures run``: serve the platform."""

from __future__ import annotations

import click

from flexmeasures.cli.program import Program, Serving


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option(
    "--port",
    default=5000,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="Port to listen at; 0 for any that is free.",
)
@click.option("--debug", is_flag=True, help="Reload changed code and show errors in the browser.")
@click.option("--without-workers", is_flag=True, help="Leave jobs to workers that are started elsewhere.")
@click.pass_obj
def run(program: Program, host: str, port: int, *, debug: bool, without_workers: bool) -> None:
    """Serve the web application and its API, and do jobs.

    One worker per queue is started beside the web server, and whatever dies is started again. Without
    SQLALCHEMY_DATABASE_URI and FLEXMEASURES_REDIS_URL the instance's own database and queue are used.
    """
    program.serve(Serving(host, port, debug=debug, with_workers=not without_workers))
