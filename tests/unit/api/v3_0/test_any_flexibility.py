"""Any flex-model and flex-context is planned, refused by field, or fails in words of the field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flexmeasures.domain import errors
from flexmeasures.domain.jobs import JobState
from flexmeasures.testing.clock import NOON
from flexmeasures.testing.factories import Factory, block
from flexmeasures.testing.memory.tables import Tables
from flexmeasures.testing.web import Web
from flexmeasures.usecases.flex.context_fields import CONTEXT, GOALS
from flexmeasures.usecases.flex.model_fields import MODEL
from flexmeasures.usecases.flex.told import Fields
from flexmeasures.worker.kinds import KINDS
from flexmeasures.worker.run import Runner

HOUR = timedelta(hours=1)
HOURS = 6
NUMBERS = st.one_of(st.floats(0, 2), st.floats(-5, 50), st.sampled_from([0.0, 1e-9, 1e5, 1e-3]))
TIMES = st.integers(-3, 12).map(lambda hour: (NOON + hour * HOUR / 2).isoformat())
LENGTHS = st.sampled_from(["PT0S", "PT1H", "PT30M", "PT90M", "PT12H"])
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 99),
    st.text(max_size=5),
    st.just([]),
    st.just({}),
    st.just("NaN kW"),
)


def units_of(fields: Fields, name: str) -> list[str]:
    takes = fields.values.get(name) or fields.sums[name]
    examples = {"power": ["MW", "kW"], "energy": ["MWh", "kWh"], "ratio": ["", "%"]}
    money = {"price of energy": "EUR/MWh", "price of power": "EUR/kW", "price of CO₂": "EUR/t"}
    more = {"amount of money": "EUR", "CO₂ of energy": "g/kWh"}
    return [
        unit
        for one in takes.dimensions
        for unit in examples.get(one.name, [(money | more).get(one.name, "")])
    ]


def values_of(fields: Fields, name: str, sensor: int) -> st.SearchStrategy[object]:
    texts = st.builds("{} {}".format, NUMBERS, st.sampled_from(units_of(fields, name)))
    segment = st.fixed_dictionaries({"value": texts, "start": TIMES, "duration": LENGTHS})
    point = st.fixed_dictionaries({"value": texts, "datetime": TIMES})
    series = st.lists(st.one_of(segment, point), max_size=4)
    return st.one_of(texts, texts, series, st.just({"sensor": sensor}), JUNK)


def messages(fields: Fields, sensor: int) -> st.SearchStrategy[Mapping[str, object]]:
    options: dict[str, st.SearchStrategy[object]] = {
        **{name: values_of(fields, name, sensor) for name in (*fields.values, *fields.sums)},
        **dict.fromkeys(fields.flags, st.one_of(st.booleans(), JUNK)),
        **{
            name: st.one_of(st.sampled_from(sorted(words) or ["gas"]), JUNK)
            for name, words in fields.texts.items()
        },
        **dict.fromkeys(fields.lengths, st.one_of(LENGTHS, JUNK)),
        **dict.fromkeys(fields.sensors - {"sensor"}, st.one_of(st.just({"sensor": sensor}), JUNK)),
        "goals": st.lists(st.sampled_from(GOALS), max_size=2),
    }
    known = {name: told for name, told in options.items() if name != "goals" or fields is CONTEXT}
    names = st.lists(st.sampled_from(sorted(known)), max_size=6, unique=True)
    return names.flatmap(lambda chosen: st.fixed_dictionaries({name: known[name] for name in chosen}))


def in_words(text: str | None) -> bool:
    """Tell whether an error is one of the domain."""
    kind = getattr(errors, (text or "").split(":", maxsplit=1)[0], None)
    return isinstance(kind, type) and issubclass(kind, errors.FlexMeasuresError)


@pytest.mark.parametrize("examples", [60, pytest.param(600, marks=pytest.mark.full)])
@pytest.mark.timeout(240)
def test_any_flexibility_ends_well(memory_web: Web, memory_tables: Tables, examples: int) -> None:
    make = Factory(memory_web.platform.store)
    owner = make.user()
    power, price = make.sensor(make.asset(owner=owner), step=HOUR), make.market()
    known = [block(price, make.source(), NOON, [10.0, 50.0, -20.0, 90.0, 0.0, 30.0], recorded=NOON)]
    memory_web.platform.store.beliefs.add(known)
    caller, jobs = memory_web.as_user(owner), memory_web.platform.store.jobs
    usual = {"power-capacity": "1 MW", "soc-at-start": "0.5 MWh", "soc-max": "2 MWh"}

    @settings(max_examples=examples, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.booleans(), messages(MODEL, power.id), messages(CONTEXT, price.id))
    def check(stored: bool, model: Mapping[str, object], context: Mapping[str, object]) -> None:
        told = {
            "start": NOON.isoformat(),
            "duration": f"PT{HOURS}H",
            "flex-model": {**(usual if stored else {"power-capacity": "1 MW"}), **model},
            "flex-context": {"consumption-price": {"sensor": price.id}, **context},
            "force-new-job-creation": True,
        }
        reply = caller.post(f"v3_0/sensors/{power.id}/schedules/trigger", told)
        if reply.code in {403, 422}:
            assert reply.status in {"INVALID_SENDER", "UNPROCESSABLE_ENTITY"}
            return
        assert reply.code == 200, reply.body
        Runner(memory_web.platform, KINDS).run(str(reply.body["job"]))
        job = jobs.job(str(reply.body["job"]))
        assert job is not None
        assert job.state is JobState.FINISHED or in_words(job.error), (job.error, told)

    check()
