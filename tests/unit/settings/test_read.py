import re
from pathlib import Path

import pytest

from flexmeasures.domain.errors import InvalidSetting
from flexmeasures.settings.read import read_dotenv, read_file


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A = 1\nB ==\n", "no valid Python, line 2: invalid syntax\n    B =="),
        ("A = 1\n\nB = A / 0\n", "fails in line 3: ZeroDivisionError: division by zero"),
        ("def f():\n    return missing\nA = f()\n", "fails in line 2: NameError"),
        ("raise SystemExit(0)\n", "fails in line 1: SystemExit"),
        ("A = 'x\0'", "no valid Python"),
    ],
)
def test_a_broken_file_is_named_with_line_and_error(text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "flexmeasures.cfg"
    path.write_text(text)
    with pytest.raises(InvalidSetting, match=re.escape(words)) as caught:
        read_file(path)
    assert str(path) in str(caught.value)


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "flexmeasures.cfg"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidSetting, match="cannot be read"):
        read_file(path)


def test_only_names_in_capitals_are_settings(tmp_path: Path) -> None:
    path = tmp_path / "flexmeasures.cfg"
    path.write_text("import os\nhelper = 2\nMAIL_PORT = helper\n")
    assert {name: given.value for name, given in read_file(path).items()} == {"MAIL_PORT": 2}


def test_no_dotenv_says_nothing(tmp_path: Path) -> None:
    assert read_dotenv(tmp_path) == {}
