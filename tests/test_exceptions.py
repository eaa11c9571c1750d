"""Exception classes: tree, constructors, pickling and copying."""

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

ALL_ERRORS = [getattr(exceptions, name) for name in exceptions.__all__]
BASE_PARAMETERS = "message, status_code, detail='', error_code=None, response=None"


def parameters_with(status: int, *extras: str) -> str:
    return ", ".join([BASE_PARAMETERS.replace("status_code", f"status_code={status}"), *extras])


CONSTRUCTORS = {
    "MemsyAPIError": BASE_PARAMETERS,
    "AuthenticationError": BASE_PARAMETERS,
    "OrgIdNotAllowedError": BASE_PARAMETERS,
    "SeatRequiredError": BASE_PARAMETERS,
    "AuthorizationError": parameters_with(403, "required_scope=None"),
    "FeatureNotAvailable": parameters_with(
        403, "feature=None", "current_tier=None", "upgrade_url=None"
    ),
    "OrgLimitReachedError": parameters_with(403, "limit=None", "current=None"),
    "KeyLimitReachedError": parameters_with(403, "limit=None", "current=None"),
    "BillingNotEnabledError": parameters_with(403, "interest_path=None"),
    "SeatLimitReachedError": parameters_with(
        409, "purchased_seats=None", "assigned_seats=None", "pending_invites=None"
    ),
    "RateLimitExceeded": parameters_with(429, "retry_after=None"),
    "UsageLimitExceeded": parameters_with(
        429, "dimension=None", "current=None", "limit=None", "upgrade_url=None"
    ),
    "NotFoundError": BASE_PARAMETERS,
    "ConflictError": BASE_PARAMETERS,
    "ValidationError": parameters_with(422, "errors=()"),
    "RedirectError": BASE_PARAMETERS,
    "ServerError": BASE_PARAMETERS,
}
"""Constructor parameters: of the classes of the official client, then of the other classes."""


def parse_tree(tree: str) -> dict[str, tuple[str | None, str | None]]:
    """Return the parent of each class in the tree, and its second, built-in base class."""
    classes: dict[str, tuple[str | None, str | None]] = {}
    path: list[str] = []
    for line in tree.splitlines():
        match = re.match(r"    ([│├└─ ]*)(\w+)(?: \(also (\w+)\))?", line)
        if match is None or (not match[2].startswith("MemsyError") and not match[1]):
            continue
        depth = len(match[1]) // 4
        del path[depth:]
        classes[match[2]] = (path[-1] if path else None, match[3])
        path.append(match[2])
    return classes


def complete_error(cls: type[MemsyError]) -> MemsyError:
    """Return an error of this class with a value for every attribute."""
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


def assert_equal_errors(copied: MemsyError, error: MemsyError) -> None:
    assert type(copied) is type(error)
    assert copied.args == error.args
    assert vars(copied) == vars(error)
    assert (str(copied), repr(copied)) == (str(error), repr(error))
    assert (copied.attempts, copied.maybe_processed) == (3, True)


def test_class_tree_matches_the_module_docstring() -> None:
    tree = parse_tree(exceptions.__doc__ or "")
    assert sorted(tree) == exceptions.__all__
    for name, (parent, also) in tree.items():
        bases = [base.__name__ for base in getattr(exceptions, name).__bases__]
        assert bases == list(filter(None, [parent or "Exception", also]))


def test_all_error_classes_are_public() -> None:
    defined = [
        name
        for name, value in vars(exceptions).items()
        if isinstance(value, type) and issubclass(value, Exception)
    ]
    assert sorted(defined) == exceptions.__all__ == sorted(exceptions.__all__)


@pytest.mark.parametrize("name", CONSTRUCTORS)
def test_api_error_has_the_constructor_of_the_official_client(name: str) -> None:
    signature = inspect.signature(getattr(exceptions, name))
    kinds = {parameter.kind for parameter in signature.parameters.values()}
    unannotated = [p.replace(annotation=p.empty) for p in signature.parameters.values()]
    assert str(inspect.Signature(unannotated)) == f"({CONSTRUCTORS[name]})"
    assert kinds == {inspect.Parameter.POSITIONAL_OR_KEYWORD}


def test_constructor_table_lists_all_api_errors() -> None:
    api_errors = [cls.__name__ for cls in ALL_ERRORS if issubclass(cls, MemsyAPIError)]
    assert sorted(CONSTRUCTORS) == api_errors


@pytest.mark.parametrize("cls", [cls for cls in ALL_ERRORS if not issubclass(cls, MemsyAPIError)])
def test_other_error_has_the_constructor_of_exception(cls: type[MemsyError]) -> None:
    assert cls().args == ()
    assert cls("one").args == ("one",)
    assert cls("one", 2).args == ("one", 2)


@pytest.mark.parametrize("cls", ALL_ERRORS)
def test_new_error_has_default_attributes(cls: type[MemsyError]) -> None:
    error = cls("message", 400) if issubclass(cls, MemsyAPIError) else cls("message")
    assert (error.attempts, error.maybe_processed) == (0, False)
    assert str(error) == "message"


@pytest.mark.parametrize("cls", [cls for cls in ALL_ERRORS if issubclass(cls, MemsyAPIError)])
def test_api_error_has_its_constructor_arguments_as_attributes(cls: type[MemsyAPIError]) -> None:
    error = complete_error(cls)
    for name in list(inspect.signature(cls).parameters)[5:]:
        expected = [{"loc": ["body"], "msg": "no"}] if name == "errors" else f"the {name}"
        assert getattr(error, name) == expected
    assert repr(error) == f"{cls.__name__}(status_code=418, detail='the detail')"


@pytest.mark.covers("Z02")
@pytest.mark.parametrize("cls", ALL_ERRORS)
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_error_survives_pickling(cls: type[MemsyError], protocol: int) -> None:
    error = complete_error(cls)
    assert_equal_errors(pickle.loads(pickle.dumps(error, protocol)), error)


@pytest.mark.covers("Z02")
@pytest.mark.parametrize("cls", ALL_ERRORS)
def test_error_survives_copying(cls: type[MemsyError]) -> None:
    error = complete_error(cls)
    assert_equal_errors(copy.copy(error), error)
    assert_equal_errors(copy.deepcopy(error), error)


def test_deep_copy_shares_no_mutable_attribute() -> None:
    error = exceptions.ValidationError("no", errors=[{"loc": ["body"]}])
    copied = copy.deepcopy(error)
    copied.errors[0]["loc"].append("events")
    assert error.errors == [{"loc": ["body"]}]


class CustomAPIError(MemsyAPIError):
    def __init__(self, *, location: str) -> None:
        super().__init__(f"rejected {location}", 400)
        self.location = location


class CustomTimeoutError(exceptions.MemsyTimeoutError):
    def __init__(self, *, location: str) -> None:
        super().__init__(f"late {location}")
        self.location = location


@pytest.mark.parametrize("cls", [CustomAPIError, CustomTimeoutError])
def test_custom_subclass_survives_copying(cls: type[CustomAPIError | CustomTimeoutError]) -> None:
    """The constructor of the subclass may have any signature."""
    error = cls(location="here")
    copied = copy.copy(error)
    assert (copied.location, str(copied)) == ("here", str(error))
