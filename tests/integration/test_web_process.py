"""What an idle web process has loaded."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from flexmeasures.adapters.embedded.services import Embedded

pytestmark = pytest.mark.services

HEAVY = {"highspy", "sklearn", "lightgbm", "polars", "pandas", "scipy", "numba", "bokeh", "pvlib"}
WEB_PROCESS = """\
import json, sys
from flexmeasures.app import create
with create().test_client() as visitor:
    paths = "/api/ops/ping", "/api/v3_0/health/ready", "/login"
    answers = [visitor.get(path).status_code for path in paths]
print(json.dumps([answers, sorted({name.partition(".")[0] for name in sys.modules})]))
"""


def test_an_idle_web_process_has_no_solver_and_no_learning_library(
    instance: Embedded, tmp_path: Path
) -> None:
    variables = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "FLEXMEASURES_ENV": "testing",
        "SQLALCHEMY_DATABASE_URI": instance.database_uri,
        "FLEXMEASURES_REDIS_URL": instance.redis_uri,
    }
    done = subprocess.run(
        [sys.executable, "-c", WEB_PROCESS],
        env=variables,
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )
    answers, modules = json.loads(done.stdout)
    assert answers == [200, 200, 200]
    assert {"flask", "sqlalchemy", "numpy"} <= set(modules)
    assert not HEAVY & set(modules)
