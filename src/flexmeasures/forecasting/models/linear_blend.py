"""Two lines together: fitted in a fraction of a second."""

from __future__ import annotations

from flexmeasures.forecasting.models.blend import Blend
from flexmeasures.forecasting.models.lines import RIDGE, ROOT_LAD

LINEAR_BLEND = Blend("linear-blend", (RIDGE, ROOT_LAD))
