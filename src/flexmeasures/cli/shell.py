"""``flexmeasures shell`` and ``flexmeasures routes``: look around."""

from __future__ import annotations

import code
import sys

import click

from flexmeasures.cli.program import Program


@click.command()
@click.pass_obj
def shell(program: Program) -> None:
    """Open a Python shell with ``platform``, ``settings`` and ``app``."""
    app = program.web()
    names: dict[str, object] = {"platform": program.platform(), "settings": program.settings, "app": app}
    banner = (
        f"Python {sys.version}\nInstance: {program.settings.instance}\n"
        "There are: platform (store, queue, now, …), settings, app"
    )
    with app.app_context():
        code.interact(banner=banner, local=names, exitmsg="")


@click.command()
@click.pass_obj
def routes(program: Program) -> None:
    """List the addresses that the web application answers."""
    rules = sorted(program.web().url_map.iter_rules(), key=lambda rule: rule.rule)
    for rule in rules:
        methods = ", ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        click.echo(f"{methods:<12} {rule.rule:<60} {rule.endpoint}")
