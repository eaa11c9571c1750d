"""Tests of docs/testing.md: its code passes mypy and pytest in a project of its own."""

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
FAULT_ROWS = [row for row in _ROW.findall(TEXT) if row[0] in exceptions.__all__]

# The client class of the page, without one filter.
INCOMPLETE = {
    "incomplete.py": FILES["redacting.py"].replace("            session_id=session_id,\n", ""),
    "test_incomplete.py": FILES["test_redacting.py"].replace("from redacting", "from incomplete"),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("page"), {**FILES, **INCOMPLETE})


@pytest.fixture(scope="module")
def pytest_output(project: Project) -> str:
    modules = [name for name in {**FILES, **INCOMPLETE} if name.startswith("test_")]
    output = project.pytest(*modules, "fails.py", "real_client.py")
    return output.replace(f"{project.root}{os.sep}", "")


@pytest.mark.slow
def test_code_of_the_page_passes_mypy(project: Project) -> None:
    """All sections, with the client class and its contract tests."""
    assert not project.mypy()


def test_mypy_reports_a_different_signature_as_on_the_page(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    drifting = FILES["redacting.py"].replace("limit: int = 10", "limit: int = 20")
    files = {"mypy.ini": FILES["mypy.ini"], "drifting.py": drifting}
    (message,) = Project(tmp_path_factory.mktemp("drifting"), files).mypy().splitlines()
    path, line, error = message.split(":", 2)
    assert path.endswith("drifting.py")
    assert "def search(" in drifting.splitlines()[int(line) - 1]
    assert error.strip() in TEXT.splitlines()


def test_code_of_the_page_runs(pytest_output: str) -> None:
    modules = [text for name, text in FILES.items() if name.startswith("test_")]
    number = sum(text.count("def test_") for text in modules) - 1 + len(CONTRACT_TESTS)
    assert failed(pytest_output) <= {"fails.py", "real_client.py", "test_incomplete.py"}, (
        pytest_output
    )
    failures = len(re.findall("^FAILED test_incomplete", pytest_output, re.MULTILINE))
    assert f"{number + len(CONTRACT_TESTS) + 1 - failures} passed" in pytest_output


def test_code_under_an_http_mock_runs_without_the_network_guard(project: Project) -> None:
    output = project.pytest("http_mocks.py", "-o", "memsy_forbid_network=false")
    assert "2 passed" in output


def test_failure_report_is_as_on_the_page(pytest_output: str) -> None:
    (report,) = (block.code for block in blocks(PAGE) if "Calls of memsy_client:" in block.code)
    assert report in pytest_output


def test_message_of_the_network_guard_is_as_on_the_page(pytest_output: str) -> None:
    (message,) = (block.code for block in blocks(PAGE) if "tried to connect" in block.code)
    assert "real_client.py" in failed(pytest_output)
    assert " ".join(message.split()) in pytest_output


def test_client_class_without_a_filter_fails_the_contract_tests(pytest_output: str) -> None:
    """The signatures of the class are correct, so mypy reports no error."""
    assert "test_incomplete.py" in failed(pytest_output)


def test_table_of_faults_contains_every_exception() -> None:
    """`MemsyError` itself is never raised, and `AgentSignupError` has a section of its own."""
    elsewhere = {"MemsyError", "AgentSignupError"}
    assert sorted(name for name, _ in FAULT_ROWS) == sorted({*exceptions.__all__} - elsewhere)


@pytest.mark.parametrize(("name", "code"), FAULT_ROWS, ids=[name for name, _ in FAULT_ROWS])
def test_code_in_the_table_of_faults_raises_the_exception(name: str, code: str) -> None:
    service = LocalService(clock=Clock())
    memsy, control = FakeMemsyClient(service=service), FakeMemsyControlClient(service=service)
    calls: Mapping[str, Callable[[], object]] = {
        "ingest": lambda: memsy.ingest([EventPayload("ann", "chat-1", "user_message", "tea")]),
        "memories.stats": memsy.memories.stats,
        "orgs.create": lambda: memsy.orgs.create("org_local", "Us", "tea"),
        "keys.create": lambda: control.keys.create("another", ["read"]),
        "billing.summary": control.billing.summary,
        "connectors.create": lambda: control.connectors.create("github"),
    }
    operation = re.search(r'"([\w.]+)"', code)
    call = calls.get(operation[1] if operation else "", lambda: memsy.search("tea"))
    names = {**vars(exceptions), "memsy": memsy, "faults": service.faults, "call": call}
    with pytest.raises(MemsyError) as excinfo:
        exec(f"{code}; call()", names)
    assert type(excinfo.value) is getattr(exceptions, name)


def test_links_within_the_page_point_to_headings() -> None:
    headings = {
        re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-")
        for heading in re.findall(r"(?m)^## (.+)$", TEXT)
    }
    assert {*re.findall(r"\]\(#([^)]+)\)", TEXT)} <= headings


def failed(output: str) -> set[str]:
    """Return the test files with a failure or an error in the `output` of pytest."""
    return set(re.findall(r"^(?:FAILED|ERROR) ([\w.]+)", output, re.MULTILINE))
