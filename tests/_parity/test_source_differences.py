"""Differences in default values, class constants, decorators and `Annotated`."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest
from mypy import api

from tests._parity.member_cases import MEMBER_CASES
from tests._parity.scope_cases import SCOPE_CASES, SCOPE_MODULES
from tests._parity.source_cases import HEADER, OTHER_MODULES, VALUE_CASES, Case, marked_header

pytestmark = pytest.mark.slow

CASES = [*VALUE_CASES, *MEMBER_CASES, *SCOPE_CASES]

CONFIGURATION = """
[mypy]
plugins = memsy.mypy_plugin
disable_error_code = empty-body, misc, no-redef
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("source")
    (root / "mypy.ini").write_text(CONFIGURATION)
    for name, text in {**OTHER_MODULES, **SCOPE_MODULES}.items():
        path = root / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode("latin-1" if "latin-1" in text else "utf-8"))
    for case in CASES:
        (root / f"{case.name}_sync.py").write_text(HEADER + case.reference)
        (root / f"{case.name}.py").write_text(marked_header(case.name) + case.marked)
    return root


@pytest.fixture(scope="module")
def cold(project: Path) -> dict[str, dict[int, list[str]]]:
    return check(project)


@pytest.fixture(scope="module")
def warm(project: Path, cold: object) -> dict[str, dict[int, list[str]]]:
    """Errors after a change of the marked modules: mypy reads the references from its cache."""
    for case in CASES:
        path = project / f"{case.name}.py"
        path.write_text(f"{path.read_text()}\nCHANGED = 1\n")
    return check(project)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
@pytest.mark.parametrize("cache", ["cold", "warm"])
def test_every_drift_and_no_other_line_is_reported(
    case: Case, cache: str, request: pytest.FixtureRequest
) -> None:
    reported: dict[int, list[str]] = request.getfixturevalue(cache).get(case.name, {})
    expected = drifts(marked_header(case.name) + case.marked)
    for line in reported.keys() | expected.keys():
        messages, parts = reported.get(line, []), expected.get(line, [])
        assert len(messages) == len(parts), (line, messages, parts)
        for message, part in zip(messages, parts, strict=True):
            assert part in message, line


def drifts(text: str) -> dict[int, list[str]]:
    """Return the expected parts of messages by line."""
    lines = enumerate(text.splitlines(), 1)
    found = {number: line.partition("# drift: ")[2] for number, line in lines}
    return {number: parts.split("|") for number, parts in found.items() if parts}


def check(root: Path) -> dict[str, dict[int, list[str]]]:
    """Return the messages of the plugin by module and line."""
    cache = root.parent / "source-cache"
    options = ["--config-file", str(root / "mypy.ini"), "--cache-dir", str(cache)]
    output, failure, _ = api.run([*options, "--no-error-summary", str(root)])
    assert not failure
    found: defaultdict[str, defaultdict[int, list[str]]]
    found = defaultdict(lambda: defaultdict(list))
    for line in output.splitlines():
        match = re.fullmatch(r".*?(\w+)\.py:(\d+): error: (.+)  \[parity\]", line)
        assert match, line
        # Other tests cover the comparison of types.
        if re.search(": the (decorator|default|metadata|value)", match[3]):
            found[match[1]][int(match[2])].append(match[3])
    return {module: dict(lines) for module, lines in found.items()}


CONSTANT_MODULES = {
    "limits": "from typing import Final\nTOP: Final = 10\nclass Limits:\n    LOW = 1\n",
    "base": "SIZE = 5\nclass Base:\n    def size(self, a: int = SIZE) -> None: ...\n",
    "reference": """
import limits
from base import Base
class Store(Base):
    def top(self, a: int = limits.TOP) -> None: ...
    def low(self, a: int = limits.Limits.LOW) -> None: ...
""",
    "marked": """
from memsy.parity import implements, mirrors
from reference import Store
@implements(Store)
class OtherStore:
    def size(self, a: int = 5) -> None: ...
    def top(self, a: int = 10) -> None: ...
    def low(self, a: int = 1) -> None: ...
""",
}


@pytest.mark.parametrize(
    ("module", "old", "new", "message"),
    [
        ("limits", "= 10", "= 1100", 'the default of "a" is 10, but 1100 in "Store"'),
        ("limits", "= 1\n", "= 200\n", 'the default of "a" is 1, but 200 in "Store"'),
        ("base", "= 5", "= 600", 'the default of "a" is 5, but 600 in "Store"'),
    ],
)
def test_change_of_a_constant_is_reported_with_warm_cache(
    tmp_path: Path, module: str, old: str, new: str, message: str
) -> None:
    """The module of the marked class does not import the module of the constant."""
    # The sizes differ, because mypy compares sizes and whole seconds.
    (tmp_path / "mypy.ini").write_text(CONFIGURATION)
    for name, text in CONSTANT_MODULES.items():
        (tmp_path / f"{name}.py").write_text(text)
    assert not check(tmp_path)
    (tmp_path / f"{module}.py").write_text(CONSTANT_MODULES[module].replace(old, new))
    [[messages]] = [lines.values() for lines in check(tmp_path).values()]
    assert message in messages[0]
