"""Statements of a portfolio as a file for spreadsheets."""

from __future__ import annotations

import csv
import io

from flexmeasures.usecases.portfolio import Portfolio


def write_statements(portfolio: Portfolio) -> str:
    """Write the statements as CSV: energy by asset type and in all, and what schedules change."""
    coin = " and ".join(portfolio.currencies)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(
        [
            "asset type",
            "assets",
            "consumption (MWh)",
            "production (MWh)",
            "share not measured",
            *(f"{name} ({coin})" for name in ("costs", "revenues", "profit")),
            "curtailed by schedules (MWh)",
            "shifted by schedules (MWh)",
            "shifted times duration (MWh h)",
            *(f"{name} of schedules ({coin})" for name in ("costs", "revenues", "profit")),
        ]
    )
    effects = {each.name: each for each in (*portfolio.effects, portfolio.effect)}
    for each in (*portfolio.statements, portfolio.total):
        money, effect = each.money, effects.get(each.name)
        numbers = [
            each.consumption,
            each.production,
            each.expected,
            money.costs,
            money.revenues,
            money.profit,
        ]
        if effect:
            worth = effect.money
            numbers += [effect.curtailed, effect.shifted, effect.moved]
            numbers += [worth.costs, worth.revenues, worth.profit]
        written = ["" if number != number else f"{number:.10g}" for number in numbers]  # noqa: PLR0124 - NaN
        writer.writerow([each.name, each.count, *written])
    return text.getvalue()
