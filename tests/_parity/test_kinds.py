"""
Measurement of every kind of drift: the tools notice the kinds that the table lists.

The run-time check is measured in every run, and mypy and pyright by `make slow`. A kind needs a
Python that can read it. If a measurement differs, the message names the tool and shows the code.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pytest

from tests._parity.kinds.catalog import GROUPS, KINDS
from tests._parity.kinds.measure import measure_plugin, measure_type_checkers
from tests._parity.kinds.mutants import MUTATIONS, measure, mutants
from tests._parity.kinds.page import MARKER, PAGE, render
from tests._parity.kinds.runtime import measure_runtime_check

READABLE = [kind for kind in KINDS if kind.is_readable]


def differences(tool: str, noticed: Collection[str]) -> list[str]:
    """Return the kinds that a tool should notice and does not, or the other way round."""
    return [
        f"{tool}: {kind.name}: expected {'caught' if getattr(kind, tool) else 'missed'}, "
        f"was {'caught' if kind.name in noticed else 'missed'}\n{kind.drifted_part}"
        for kind in READABLE
        if getattr(kind, tool) != (kind.name in noticed)
    ]


def accusations(tool: str, accused: Collection[str]) -> list[str]:
    """Return the honest twins in which a tool reports a drift."""
    return [
        f"{tool}: honest twin of {kind.name}: expected accepted, was accused\n{kind.honest_part}"
        for kind in READABLE
        if kind.name in accused
    ]


def assert_none(found: list[str]) -> None:
    assert not found, f"{len(found)} differences\n" + "\n".join(found)


def test_run_time_check_notices_the_expected_kinds(tmp_path: Path) -> None:
    noticed, accused = measure_runtime_check(READABLE, tmp_path)
    assert_none(differences("runtime", noticed) + accusations("runtime", accused))


@pytest.mark.slow
def test_plugin_notices_the_expected_kinds(tmp_path: Path) -> None:
    noticed, accused = measure_plugin(READABLE, tmp_path)
    assert_none(differences("plugin", noticed) + accusations("plugin", accused))


@pytest.mark.slow
def test_mypy_and_pyright_alone_notice_the_expected_kinds(tmp_path: Path) -> None:
    found = measure_type_checkers(READABLE, tmp_path)
    assert_none([text for tool, noticed in found.items() for text in differences(tool, noticed)])


@pytest.mark.slow
def test_drifts_of_every_member_of_the_small_sdk_are_noticed(tmp_path: Path) -> None:
    found = measure(list(mutants()), tmp_path)
    assert found == {name: counts for name, (_, counts) in MUTATIONS.items()}


def test_plugin_and_run_time_check_notice_every_mutation() -> None:
    for _, counts in MUTATIONS.values():
        assert counts.plugin == counts.runtime == counts.drifts


def test_every_kind_has_its_own_name() -> None:
    assert len({kind.slug for kind in KINDS}) == len(KINDS) == sum(map(len, GROUPS.values()))


def test_kinds_that_no_tool_of_the_package_notices_have_a_reason() -> None:
    for kind in KINDS:
        assert bool(kind.reason) == (not kind.plugin and not kind.runtime), kind.name


def test_page_contains_the_table() -> None:
    """`python -m tests._parity.kinds` writes it."""
    assert PAGE.read_text(encoding="utf-8").partition(MARKER)[2] == f"\n{render()}"
