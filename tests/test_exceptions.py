"""The tree of errors: its shape, its constructors, and its travels."""

from __future__ import annotations

import copy
import inspect
import pickle
import re
from typing import Any

import pytest

from memsy import exceptions
from memsy._core.http import HTTPResponse
from memsy.exceptions import MemsyAPIError, MemsyError

EVERY = [getattr(exceptions, name) for name in exceptions.__all__]
BASE = "message, status_code, detail='', error_code=None, response=None"


def base_with(status: int, *extras: str) -> str:
    return ", ".join([BASE.replace("status_code", f"status_code={status}"), *extras])


CONSTRUCTORS = {
    "MemsyAPIError": BASE,
    "AuthenticationError": BASE,
    "OrgIdNotAllowedError": BASE,
    "SeatRequiredError": BASE,
    "AuthorizationError": base_with(403, "required_scope=None"),
    "FeatureNotAvailable": base_with(403, "feature=None", "current_tier=None", "upgrade_url=None"),
    "OrgLimitReachedError": base_with(403, "limit=None", "current=None"),
    "KeyLimitReachedError": base_with(403, "limit=None", "current=None"),
    "BillingNotEnabledError": base_with(403, "interest_path=None"),
    "SeatLimitReachedError": base_with(
        409, "purchased_seats=None", "assigned_seats=None", "pending_invites=None"
    ),
    "RateLimitExceeded": base_with(429, "retry_after=None"),
    "UsageLimitExceeded": base_with(
        429, "dimension=None", "current=None", "limit=None", "upgrade_url=None"
    ),
    "NotFoundError": BASE,
    "ConflictError": BASE,
    "ValidationError": base_with(422, "errors=()"),
    "RedirectError": BASE,
    "ServerError": BASE,
}
"""What the official client has, and then our own, as one would write them in a call."""


def drawn(tree: str) -> dict[str, tuple[str | None, str | None]]:
    """Of each class in the drawing: its parent, and the built-in class that it also is."""
    found: dict[str, tuple[str | None, str | None]] = {}
    path: list[str] = []
    for line in tree.splitlines():
        match = re.match(r"    ([│├└─ ]*)(\w+)(?: \(also (\w+)\))?", line)
        if match is None or (not match[2].startswith("MemsyError") and not match[1]):
            continue
        depth = len(match[1]) // 4
        del path[depth:]
        found[match[2]] = (path[-1] if path else None, match[3])
        path.append(match[2])
    return found


def sample(cls: type[MemsyError]) -> MemsyError:
    """An error of this class with all that it can hold."""
    if not issubclass(cls, MemsyAPIError):
        error = cls("what happened")
    else:
        parameters = list(inspect.signature(cls).parameters)[1:]
        values: dict[str, Any] = {name: f"the {name}" for name in parameters}
        values["status_code"] = 418
        values["response"] = HTTPResponse(418, {"x-request-id": "req-1"}, b"{}")
        if "errors" in values:
            values["errors"] = [{"loc": ["body"], "msg": "no"}]
        error = cls("what happened", **values)
        error.request_id = "req-1"
    error.attempts, error.maybe_processed = 3, True
    if isinstance(error, exceptions.MemsyResponseError):
        error.event_ids, error.is_retryable = ["e1"], True
    return error


def assert_same(twin: MemsyError, error: MemsyError) -> None:
    assert type(twin) is type(error)
    assert twin.args == error.args
    assert vars(twin) == vars(error)
    assert (str(twin), repr(twin)) == (str(error), repr(error))
    assert (twin.attempts, twin.maybe_processed) == (3, True)


def test_the_tree_is_the_one_that_is_drawn() -> None:
    tree = drawn(exceptions.__doc__ or "")
    assert sorted(tree) == exceptions.__all__
    for name, (parent, also) in tree.items():
        bases = [base.__name__ for base in getattr(exceptions, name).__bases__]
        assert bases == list(filter(None, [parent or "Exception", also]))


def test_all_errors_of_the_module_are_public() -> None:
    defined = [
        name
        for name, value in vars(exceptions).items()
        if isinstance(value, type) and issubclass(value, Exception)
    ]
    assert sorted(defined) == exceptions.__all__ == sorted(exceptions.__all__)


@pytest.mark.parametrize("name", CONSTRUCTORS)
def test_a_refusal_is_constructed_as_in_the_official_client(name: str) -> None:
    signature = inspect.signature(getattr(exceptions, name))
    kinds = {parameter.kind for parameter in signature.parameters.values()}
    bare = [p.replace(annotation=p.empty) for p in signature.parameters.values()]
    assert str(inspect.Signature(bare)) == f"({CONSTRUCTORS[name]})"
    assert kinds == {inspect.Parameter.POSITIONAL_OR_KEYWORD}


def test_every_refusal_is_in_the_table() -> None:
    refusals = [cls.__name__ for cls in EVERY if issubclass(cls, MemsyAPIError)]
    assert sorted(CONSTRUCTORS) == refusals


@pytest.mark.parametrize("cls", [cls for cls in EVERY if not issubclass(cls, MemsyAPIError)])
def test_any_other_error_is_constructed_as_exceptions_are(cls: type[MemsyError]) -> None:
    assert cls().args == ()
    assert cls("one").args == ("one",)
    assert cls("one", 2).args == ("one", 2)


@pytest.mark.parametrize("cls", EVERY)
def test_an_error_has_not_happened_yet(cls: type[MemsyError]) -> None:
    error = cls("message", 400) if issubclass(cls, MemsyAPIError) else cls("message")
    assert (error.attempts, error.maybe_processed) == (0, False)
    assert str(error) == "message"


@pytest.mark.parametrize("cls", [cls for cls in EVERY if issubclass(cls, MemsyAPIError)])
def test_a_refusal_holds_what_it_was_made_of(cls: type[MemsyAPIError]) -> None:
    error = sample(cls)
    for name in list(inspect.signature(cls).parameters)[5:]:
        expected = [{"loc": ["body"], "msg": "no"}] if name == "errors" else f"the {name}"
        assert getattr(error, name) == expected
    assert repr(error) == f"{cls.__name__}(status_code=418, detail='the detail')"


@pytest.mark.covers("Z02")
@pytest.mark.parametrize("cls", EVERY)
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_an_error_survives_pickling(cls: type[MemsyError], protocol: int) -> None:
    error = sample(cls)
    assert_same(pickle.loads(pickle.dumps(error, protocol)), error)


@pytest.mark.covers("Z02")
@pytest.mark.parametrize("cls", EVERY)
def test_an_error_survives_copying(cls: type[MemsyError]) -> None:
    error = sample(cls)
    assert_same(copy.copy(error), error)
    assert_same(copy.deepcopy(error), error)


def test_a_deep_copy_shares_nothing_that_changes() -> None:
    error = exceptions.ValidationError("no", errors=[{"loc": ["body"]}])
    twin = copy.deepcopy(error)
    twin.errors[0]["loc"].append("events")
    assert error.errors == [{"loc": ["body"]}]


class TheirRefusal(MemsyAPIError):
    def __init__(self, *, where: str) -> None:
        super().__init__(f"refused {where}", 400)
        self.where = where


class TheirError(exceptions.MemsyTimeoutError):
    def __init__(self, *, where: str) -> None:
        super().__init__(f"late {where}")
        self.where = where


@pytest.mark.parametrize("cls", [TheirRefusal, TheirError])
def test_an_error_of_someone_elses_survives_too(cls: type[TheirRefusal | TheirError]) -> None:
    """Whatever the shape of its constructor: it is rebuilt from what it is."""
    error = cls(where="here")
    twin = copy.copy(error)
    assert (twin.where, str(twin)) == ("here", str(error))
