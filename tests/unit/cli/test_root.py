import subprocess
import sys

import pytest
from click.testing import CliRunner

from flexmeasures.cli.root import COMMANDS, root

HEAVY = {
    "flask",
    "sqlalchemy",
    "numpy",
    "redis",
    "pydantic",
    "highspy",
    "sklearn",
    "lightgbm",
    "polars",
    "bokeh",
}


def test_help_lists_every_command_without_importing_one() -> None:
    script = (
        "import sys\n"
        "sys.argv = ['flexmeasures', '--help']\n"
        "from flexmeasures.app import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(*sorted(name for name in sys.modules if '.' not in name))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    *lines, modules = done.stdout.splitlines()
    assert not HEAVY & set(modules.split())
    for name, entry in COMMANDS.items():
        assert entry.hidden or any(line.strip().startswith(name) for line in lines)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_can_be_loaded_and_explains_itself(name: str) -> None:
    result = CliRunner().invoke(root, [name, "--help"])
    assert result.exit_code == 0, result.output
    assert "Usage:" in result.output


def test_an_unknown_command_is_refused() -> None:
    result = CliRunner().invoke(root, ["fly"])
    assert result.exit_code == 2
    assert "No such command 'fly'" in result.output


def test_the_version_is_that_of_the_package() -> None:
    result = CliRunner().invoke(root, ["--version"])
    assert result.output.startswith("flexmeasures, version ")


def test_underscores_count_as_hyphens() -> None:
    assert CliRunner().invoke(root, ["run_worker", "--help"]).exit_code == 0
