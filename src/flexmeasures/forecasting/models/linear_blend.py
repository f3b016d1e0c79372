"""Both lines together: fitted in a fraction of a second."""

from __future__ import annotations

from flexmeasures.forecasting.models.blend import Blend
from flexmeasures.forecasting.models.lines import LAD, RIDGE

LINEAR_BLEND = Blend("linear-blend", (RIDGE, LAD))
