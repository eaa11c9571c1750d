"""Honest pairs: neither the mypy plugin nor the run-time check reports any of them."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections import Counter
from pathlib import Path

import pytest
from mypy import api

from memsy.parity import check
from tests._parity import corpus
from tests._parity.corpus import Pair

CONFIGURATION = """
[mypy]
strict = True
warn_unreachable = True
plugins = memsy.mypy_plugin
"""

# The native parser of mypy reads the syntax of every Python, the other one that of its own Python.
HAS_NATIVE_PARSER = importlib.util.find_spec("ast_serialize") is not None
PYTHON = (3, 13) if HAS_NATIVE_PARSER else sys.version_info[:2]

PAIRS = corpus.pairs()


@pytest.mark.slow
def test_mypy_reports_no_honest_pair(tmp_path: Path, cache: Path) -> None:
    """Every run of mypy checks the corpus; this run adds the modules for a later Python."""
    corpus.copy(tmp_path, PYTHON)
    assert run_mypy(tmp_path, cache) == ""


@pytest.mark.slow
def test_mypy_compares_every_pair_of_the_corpus(tmp_path: Path, cache: Path) -> None:
    """A twin of the corpus has a drift in each marked class and function. mypy reports each."""
    drifts = list(corpus.copy_with_drifts(tmp_path, PYTHON))
    output = run_mypy(tmp_path, cache)
    errors = re.findall(r"(?m)^(.+?):(\d+): error: (.+)  \[parity\]$", output)
    reported = {(path, int(line), name) for path, line, text in errors for name in quoted(text)}
    for path, line, name, reference in drifts:
        for word in (name, reference):
            assert (str(path), line, word) in reported, (path.name, line, name, reference)
    assert len(drifts) >= len(PAIRS)


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_run_time_check_reports_no_honest_pair(pair: Pair) -> None:
    assert check(pair.mark.reference, pair.target) == []


def test_every_construct_has_at_least_four_pairs() -> None:
    counts = Counter(pair.construct for pair in PAIRS)
    assert {construct: count for construct, count in counts.items() if count < 4} == {}
    assert len(counts) >= 30


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def run_mypy(root: Path, cache: Path) -> str:
    """Return the output of mypy for a copy of the corpus."""
    (root / "mypy.ini").write_text(CONFIGURATION)
    version = ".".join(map(str, PYTHON))
    options = ["--config-file", str(root / "mypy.ini"), "--cache-dir", str(cache)]
    options += ["--python-version", version, "--show-absolute-path", "--no-error-summary"]
    output, failure, _ = api.run([*options, str(root)])
    assert not failure
    return output


def quoted(text: str) -> list[str]:
    """Return the names in the double quotes of a message."""
    return re.findall(r'"(\w+)"', text)
