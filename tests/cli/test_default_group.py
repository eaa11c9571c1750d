"""Command groups, with and without a command name."""

from __future__ import annotations

import pytest

from tests.cli.conftest import CommandLine


@pytest.mark.usefixtures("slack_id")
def test_group_alone_runs_its_list_command(cli: CommandLine) -> None:
    assert cli.json("connectors") == cli.json("connectors", "list") != []


def test_group_alone_accepts_the_options_of_its_list_command(cli: CommandLine) -> None:
    assert cli("memories", "--limit", "0").exit_code == 2


@pytest.mark.parametrize("group", ["memories", "keys", "connectors"])
def test_help_of_a_group_lists_its_commands(cli: CommandLine, group: str) -> None:
    assert " list " in cli(group, "--help").stdout


def test_option_before_the_command_is_a_usage_error(cli: CommandLine) -> None:
    """Ignoring it would run the command on another account."""
    result = cli("keys", "--api-key", "msy_other", "create", "ci")
    assert result.exit_code == 2
    assert "create" in result.stderr


def test_unknown_command_is_a_usage_error(cli: CommandLine) -> None:
    assert cli("keys", "forge").exit_code == 2
