"""The page on testing, done as it says: its code in a project of its own, with mypy and pytest."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping

import pytest

from memsy import EventPayload, MemsyError, exceptions
from memsy.testing import Clock, FakeMemsyClient, FakeMemsyControlClient, LocalService
from memsy.testing.contract import CONTRACT_TESTS
from tests.docs.blocks import ROOT, blocks
from tests.docs.project import Project, files

PAGE = "docs/testing.md"
TEXT = (ROOT / PAGE).read_text(encoding="utf-8")
FILES = files(PAGE)

_ROW = re.compile(r"^\| `(\w+)` \| `(.+)` \|$", re.MULTILINE)
MISFORTUNES = [row for row in _ROW.findall(TEXT) if row[0] in exceptions.__all__]

# The stand-in of the page, but that it does not pass on a filter.
FORGETFUL = {
    "forgetful.py": FILES["redacting.py"].replace("            session_id=session_id,\n", ""),
    "test_forgetful.py": FILES["test_redacting.py"].replace("from redacting", "from forgetful"),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("reader"), {**FILES, **FORGETFUL})


@pytest.fixture(scope="module")
def said_by_pytest(project: Project) -> str:
    modules = [name for name in {**FILES, **FORGETFUL} if name.startswith("test_")]
    said = project.pytest(*modules, "fails.py", "forgets.py")
    return said.replace(f"{project.root}{os.sep}", "")


def test_the_code_of_the_page_is_well_typed(project: Project) -> None:
    """All chapters, the stand-in and the contract on it among them."""
    assert not project.mypy()


def test_a_stand_in_that_drifts_is_refused_in_the_words_of_the_page(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    drifting = FILES["redacting.py"].replace("limit: int = 10", "limit: int = 20")
    files = {"mypy.ini": FILES["mypy.ini"], "drifting.py": drifting}
    (said,) = Project(tmp_path_factory.mktemp("drifting"), files).mypy().splitlines()
    path, line, error = said.split(":", 2)
    assert path.endswith("drifting.py")
    assert "def search(" in drifting.splitlines()[int(line) - 1]
    assert error.strip() in TEXT.splitlines()


def test_the_code_of_the_page_runs(said_by_pytest: str) -> None:
    modules = [text for name, text in FILES.items() if name.startswith("test_")]
    written = sum(text.count("def test_") for text in modules) - 1 + len(CONTRACT_TESTS)
    assert failed(said_by_pytest) <= {"fails.py", "forgets.py", "test_forgetful.py"}, said_by_pytest
    broken = len(re.findall("^FAILED test_forgetful", said_by_pytest, re.MULTILINE))
    assert f"{written + len(CONTRACT_TESTS) + 1 - broken} passed" in said_by_pytest


def test_a_failure_is_reported_as_the_page_shows(said_by_pytest: str) -> None:
    (shown,) = (block.code for block in blocks(PAGE) if "was asked:" in block.code)
    assert shown in said_by_pytest


def test_the_guard_speaks_as_the_page_shows(said_by_pytest: str) -> None:
    (shown,) = (block.code for block in blocks(PAGE) if "was about to" in block.code)
    assert "forgets.py" in failed(said_by_pytest)
    assert " ".join(shown.split()) in said_by_pytest


def test_a_stand_in_that_forgets_a_filter_breaks_promises(said_by_pytest: str) -> None:
    """It has the surface, so that mypy is content with it."""
    assert "test_forgetful.py" in failed(said_by_pytest)


def test_every_exception_stands_in_the_table() -> None:
    """All but the root, which nothing is to be raised as."""
    assert sorted(name for name, _ in MISFORTUNES) == sorted({*exceptions.__all__} - {"MemsyError"})


@pytest.mark.parametrize(("name", "line"), MISFORTUNES, ids=[name for name, _ in MISFORTUNES])
def test_the_line_of_the_table_brings_the_exception(name: str, line: str) -> None:
    service = LocalService(clock=Clock())
    hot, control = FakeMemsyClient(service=service), FakeMemsyControlClient(service=service)
    calls: Mapping[str, Callable[[], object]] = {
        "ingest": lambda: hot.ingest([EventPayload("ann", "chat-1", "user_message", "tea")]),
        "memories.stats": hot.memories.stats,
        "orgs.create": lambda: hot.orgs.create("org_local", "Us", "tea"),
        "keys.create": lambda: control.keys.create("another", ["read"]),
        "billing.summary": control.billing.summary,
        "connectors.create": lambda: control.connectors.create("github"),
    }
    operation = re.search(r'"([\w.]+)"', line)
    call = calls.get(operation[1] if operation else "", lambda: hot.search("tea"))
    names = {**vars(exceptions), "memsy": hot, "faults": service.faults, "call": call}
    with pytest.raises(MemsyError) as caught:
        exec(f"{line}; call()", names)
    assert type(caught.value) is getattr(exceptions, name)


def test_every_chapter_that_is_pointed_at_is_there() -> None:
    chapters = {
        re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-")
        for heading in re.findall(r"(?m)^## (.+)$", TEXT)
    }
    assert {*re.findall(r"\]\(#([^)]+)\)", TEXT)} <= chapters


def failed(said: str) -> set[str]:
    """The files of tests that pytest says have failed, or could not be run at all."""
    return set(re.findall(r"^(?:FAILED|ERROR) ([\w.]+)", said, re.MULTILINE))
