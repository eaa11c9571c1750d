"""Columns of a table: `--column`, `--set` and the layout."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from memsy import EventPayload, MemsyConfigurationError
from memsy.cli.errors import CommandError
from memsy.cli.event_files.columns import ColumnOptions

COLUMNS = ["actor_id", "session_id", "kind", "content"]


def parse(column: Sequence[str] = (), constant: Sequence[str] = ()) -> ColumnOptions:
    return ColumnOptions.parse(column, constant)


def test_columns_with_names_of_fields_are_taken() -> None:
    layout = ColumnOptions().apply("tea.csv", ["id", "content", "role_id", *COLUMNS[:3]])
    assert list(layout.columns) == [*COLUMNS, "role_id"]
    assert layout.ignored == ["id"]


def test_options_name_columns_and_constants() -> None:
    options = parse(["content=text", "session_id=user"], ["kind=user_message", "team_id="])
    layout = options.apply("tea.csv", ["actor_id", "user", "text", "kind"])
    assert layout.columns == {"actor_id": "actor_id", "session_id": "user", "content": "text"}
    assert layout.ignored == ["kind"], "the constant wins"
    assert layout.event(["ann", "s-1", "tea"]) == EventPayload("ann", "s-1", "user_message", "tea")


def test_value_of_an_option_may_have_equals_signs() -> None:
    options = parse(["content=a=b"], ["actor_id=c=d"])
    assert (options.columns, options.constants) == ({"content": "a=b"}, {"actor_id": "c=d"})


@pytest.mark.parametrize(
    ("columns", "constants", "message"),
    [
        (["content"], [], "--column 'content' has no '=': write --column FIELD=COLUMN"),
        ([], ["kind"], "--set 'kind' has no '=': write --set FIELD=VALUE"),
        (["content=a", "content=b"], [], "--column names the field content twice"),
        (["content=a"], ["content=b"], "--column and --set both name the field content"),
    ],
)
def test_unusable_option_is_an_error(
    columns: list[str], constants: list[str], message: str
) -> None:
    with pytest.raises(CommandError, match=re.escape(message)) as excinfo:
        parse(columns, constants)
    assert excinfo.value.exit_code == 2


@pytest.mark.parametrize(
    ("column", "constant", "message"),
    [
        ("contents=a", "kind=app_event", "the field of --column must be 'actor_id', "),
        ("content=a", "kin=app_event", "got 'kin': did you mean 'kind'?"),
        ("content=a", "kind=user_mesage", "--set kind must be 'user_message', "),
    ],
)
def test_unknown_word_in_an_option_is_an_error(column: str, constant: str, message: str) -> None:
    with pytest.raises(MemsyConfigurationError, match=re.escape(message)):
        parse([column], [constant])


def test_missing_column_names_file_columns_and_fix() -> None:
    with pytest.raises(CommandError) as excinfo:
        ColumnOptions().apply("tea.csv", ["actor_id", "session_id", "kind", "text"])
    assert str(excinfo.value) == (
        "tea.csv has no column 'content'. Its columns are 'actor_id', 'session_id', 'kind', "
        "'text': --column content=COLUMN names another column, and --set content=VALUE gives all "
        "events one value"
    )
    assert excinfo.value.exit_code == 2


def test_all_missing_columns_are_named() -> None:
    with pytest.raises(CommandError, match=r"has no column 'kind', 'content'\. Its columns are 'a"):
        ColumnOptions().apply("tea.csv", COLUMNS[:2])


def test_column_of_an_option_must_exist() -> None:
    """Also for an optional field."""
    with pytest.raises(CommandError, match="has no column 'time'") as excinfo:
        parse(["ts=time"]).apply("tea.csv", COLUMNS)
    assert str(excinfo.value).endswith("'content': --column ts=COLUMN names another column")


def test_list_of_many_columns_is_cut() -> None:
    with pytest.raises(CommandError) as excinfo:
        ColumnOptions().apply("tea.csv", [f"column-{number}" for number in range(1_000)])
    assert len(str(excinfo.value)) < 600


def test_used_column_must_be_unique() -> None:
    assert ColumnOptions().apply("tea.csv", [*COLUMNS, "x", "x"]).ignored == ["x", "x"]
    with pytest.raises(CommandError, match=r"tea\.csv has more than one column 'kind': rename one"):
        ColumnOptions().apply("tea.csv", [*COLUMNS, "kind"])


def test_empty_values_of_optional_fields_are_none() -> None:
    layout = ColumnOptions().apply("tea.csv", [*COLUMNS, "role_id"])
    assert layout.event(["ann", "s-1", "app_event", "tea", ""]).role_id is None
    with pytest.raises(ValueError, match=r"^content is empty$"):
        layout.event(["ann", "s-1", "app_event", "", "r"])


def test_invalid_value_is_an_error() -> None:
    layout = ColumnOptions().apply("tea.csv", COLUMNS)
    with pytest.raises(ValueError, match=r"^kind must be 'user_message', .* got 'tea'"):
        layout.event(["ann", "s-1", "tea", "tea"])
