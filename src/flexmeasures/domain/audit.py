"""What was changed, by whom, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Change:
    """Something that somebody changed.

    Attributes:
        time: When.
        text: What was done, in words.
        by_id: The user who did it; None for a programme, or somebody who is gone.
        by_name: Their name at the time.
        user_id: The user that it is about.
        account_id: The account that it is about.
        asset_id: The asset that it is about.
        sensor_id: The sensor that it is about.
    """

    time: datetime
    text: str
    by_id: int | None = None
    by_name: str = ""
    user_id: int | None = None
    account_id: int | None = None
    asset_id: int | None = None
    sensor_id: int | None = None
