"""The plug-ins of this installation, and what they offer together."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from importlib import import_module

import pluggy

from flexmeasures.domain.errors import InvalidSetting
from flexmeasures.plugins import hookspecs
from flexmeasures.plugins.hookspecs import Forecaster, Scheduler

GROUP = "flexmeasures"
"""Entry point group in which packages name their plug-in."""


class Plugins:
    """Plug-ins, found by entry point and by the names of their modules."""

    def __init__(self, modules: Iterable[str] = ()) -> None:
        """Import all plug-ins.

        Args:
            modules: Names of modules with hooks, beside those that are installed as plug-ins.

        Raises:
            InvalidSetting: one of them cannot be imported.
        """
        self._manager = pluggy.PluginManager(GROUP)
        self._manager.add_hookspecs(hookspecs)
        self._manager.load_setuptools_entrypoints(GROUP)
        for name in modules:
            try:
                module = import_module(name)
            except ImportError as error:
                raise InvalidSetting(
                    f"The plug-in {name!r} of FLEXMEASURES_PLUGINS cannot be imported ({error}). "
                    "Expected the name of a module that Python finds."
                ) from error
            if not self._manager.is_registered(module):
                self._manager.register(module)

    @property
    def names(self) -> list[str]:
        """Names of the plug-ins, in order."""
        return sorted(name for name, _ in self._manager.list_name_plugin())

    def schedulers(self) -> dict[str, Scheduler]:
        """Return all schedulers by the name or asset type that they serve; the first registered wins."""
        return self._schedulers

    @cached_property
    def _schedulers(self) -> dict[str, Scheduler]:
        offers: list[dict[str, Scheduler | type[Scheduler]]] = self._manager.hook.register_schedulers()
        return {
            name: scheduler() if isinstance(scheduler, type) else scheduler
            for offer in offers
            for name, scheduler in offer.items()
        }

    def forecasters(self) -> dict[str, Forecaster]:
        """Return all forecasters by the name of their model; the first registered wins."""
        offers: list[dict[str, Forecaster]] = self._manager.hook.register_forecasters()
        return {name: forecaster for offer in offers for name, forecaster in offer.items()}
