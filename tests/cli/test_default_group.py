"""Nouns, with and without a verb."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Shell


@pytest.mark.usefixtures("slack")
def test_a_noun_alone_lists(shell: Shell) -> None:
    assert shell.json("connectors") == shell.json("connectors", "list") != []


def test_a_noun_alone_takes_the_options_of_its_list(shell: Shell) -> None:
    assert shell("memories", "--limit", "0").exit_code == 2


@pytest.mark.parametrize("noun", ["memories", "keys", "connectors"])
def test_help_for_a_noun_names_its_verbs(shell: Shell, noun: str) -> None:
    assert " list " in shell(noun, "--help").stdout


def test_an_option_before_a_verb_is_not_ignored(shell: Shell) -> None:
    """Or what was meant for one account would be done to another."""
    result = shell("keys", "--api-key", "msy_other", "create", "ci")
    assert result.exit_code == 2
    assert "create" in result.stderr


def test_an_unknown_verb_is_a_usage_error(shell: Shell) -> None:
    assert shell("keys", "forge").exit_code == 2
