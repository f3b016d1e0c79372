"""All tables together, as migrations compare them."""

from flexmeasures.adapters.postgres.tables import (
    accounts,
    annotations,
    assets,
    beliefs,
    events,
    jobs,
    learned,
    records,
    sources,
    users,
)
from flexmeasures.adapters.postgres.tables.declaration import Table

SUBJECTS = (accounts, users, assets, sources, beliefs, annotations, events, jobs, learned, records)
"""The modules that declare tables; importing them is what makes the metadata whole."""

METADATA = Table.metadata
