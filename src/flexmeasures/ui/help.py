"""What each page is for, told on the page itself."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

HELP: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "/dashboard": (
            "Where your assets are and what they do now. A pin is as large as the asset’s capacity;"
            " its ring says how old the last measurement is: amber after two steps, red after eight.",
            "The list beside the map says the same, and more for keyboards and screen readers.",
        ),
        "/portfolio": (
            "What your assets use, make, pay and earn over the window of the chart. Parts that lie"
            " ahead come from forecasts and schedules, and are marked.",
            "Positive effects of schedules mean more production or less consumption than without them.",
        ),
        "/control": ("Opportunities to sell flexibility, once there is a market for it.",),
        "/analytics": (
            "Power, prices and weather as measured, beside what was expected at the chosen horizon,"
            " with the errors that were made: the mean absolute one (MAE) and the weighted one in"
            " percent (WAPE).",
            "Choose assets, a type or all of them; a source; and a period to compare with.",
        ),
        "/assets": (
            "The assets that you may see. Devices send messages under the entity address; Copy puts"
            " it at hand.",
            "On the page of an asset, measured is solid, forecast dashed with its band, scheduled"
            " heavy. Who owns an asset, and admins, can edit and delete it.",
        ),
        "/sensors": (
            "Each series of values that is kept: what it measured last, how old that is, and who said"
            " how much.",
        ),
        "/users": (
            "Who may come in. Resetting a password ends all sessions and tokens; locking a user"
            " deletes nothing; deleting takes along the assets that the user owns.",
        ),
        "/upload": (
            "Values of one sensor from a CSV file or an Excel workbook. You see what is in it, and"
            " what is left out and why, before anything is written.",
            "What counts as recorded now can be taken back.",
        ),
        "/tasks": (
            "Forecasts and schedules that are made in the background. Jobs wait until a worker"
            " listens to their queue; one that failed says why and can be retried.",
        ),
        "/account": (
            "Your token for the API, your password, and the look of the pages of your account.",
            "A token can do what you can, until it expires or you revoke it.",
        ),
    }
)
"""Sentences by the path that a page begins with."""

ANYWHERE = ("The menu leads to all pages that your roles allow.",)


def help_for(path: str) -> tuple[str, ...]:
    """Return what a page is for.

    >>> help_for("/control")
    ('Opportunities to sell flexibility, once there is a market for it.',)
    """
    return next((told for begin, told in HELP.items() if path.startswith(begin)), ANYWHERE)
