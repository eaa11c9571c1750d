"""
Differences of members, kinds and types in examples, checked by one run of mypy.

Each file in `type_examples` has pairs of classes. The plugin must report each line that ends with
`# drift`, and no other line.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from mypy import api

pytestmark = pytest.mark.slow

EXAMPLES = Path(__file__).parent / "type_examples"
NAMES = sorted(path.stem for path in EXAMPLES.glob("*.txt"))
if sys.version_info < (3, 13):
    NAMES.remove("pep695")  # mypy parses with the syntax of its own interpreter
CONFIGURATION = """
[mypy]
plugins = memsy.mypy_plugin
disable_error_code = empty-body, override, misc, type-var, no-untyped-def, prop-decorator
"""


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Output of mypy for all examples."""
    root = tmp_path_factory.mktemp("type_examples")
    for example in NAMES:
        path = EXAMPLES / f"{example}.txt"
        (root / f"{example}.py").write_text(path.read_text())
    (root / "mypy.ini").write_text(CONFIGURATION)
    options = ["--config-file", str(root / "mypy.ini"), "--cache-dir", str(root / "cache")]
    version = "3.13" if sys.version_info < (3, 13) else "{}.{}".format(*sys.version_info)
    text, failure, _ = api.run([*options, "--python-version", version, str(root)])
    assert not failure, failure
    return text


@pytest.mark.parametrize("name", NAMES)
def test_drifting_members_are_reported_and_no_others(output: str, name: str) -> None:
    lines = (EXAMPLES / f"{name}.txt").read_text().splitlines()
    expected = {number for number, line in enumerate(lines, 1) if line.endswith("# drift")}
    found = re.findall(rf"(?m)[/\\]{name}\.py:(\d+): error: (.+)", output)
    messages: dict[int, str] = {}
    for number, message in found:
        messages[int(number)] = messages.get(int(number), "") + message
    unexpected = {n: messages[n] for n in messages.keys() - expected}
    missed = {n: lines[n - 1] for n in expected - messages.keys()}
    assert (unexpected, missed) == ({}, {})
    assert all(message.endswith("[parity]") for message in messages.values()), messages
