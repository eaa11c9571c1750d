"""Members that a mutation adds to every class: the same on both sides, or with one change."""

from __future__ import annotations

import ast
import re
from functools import cached_property
from typing import Final, NamedTuple

from tests._parity.class_sources import bound_names, flat_statements
from tests._parity.mutations import Verdict


class Addition(NamedTuple):
    """
    Source of a member, in which `{}` stands for the text that changes.

    `<a|b>` stands for `a` in a sync class and for `b` in an async class, `<def>` for `def` or
    `async def`, and `<class>` for the name of the class. Other names of the text are private.
    """

    source: str
    before: str
    after: str
    verdict: Verdict = "drift"

    @property
    def names(self) -> set[str]:
        versions = (self.statements(""), self.statements("", is_changed=True))
        return {name for v in versions for s in flat_statements(v) for name in bound_names(s)}

    def statements(self, cls: str, *, is_changed: bool = False) -> list[ast.stmt]:
        text = self.source.replace("{}", self.after if is_changed else self.before)
        text = text.replace("<def>", "<def|async def>").replace("<class>", cls or "Class")
        return ast.parse(re.sub(r"<([^|<>]*)\|([^<>]*)>", rf"\{1 + ('Async' in cls)}", text)).body


class AddedMembers:
    """Additions with different names, in one mutation."""

    is_one_sided: Final = True

    def __init__(self, name: str, additions: list[Addition]) -> None:
        self.name, self._additions = name, additions

    def rewrite(self, cls: ast.ClassDef, *, is_changed: bool) -> None:
        for addition in self._additions:
            cls.body += addition.statements(cls.name, is_changed=is_changed)

    def verdict(self, member: str) -> Verdict:
        return self._verdicts.get(member, "drift")

    @cached_property
    def _verdicts(self) -> dict[str, Verdict]:
        return {name: addition.verdict for addition in self._additions for name in addition.names}


def default(name: str, before: str, after: str, verdict: Verdict = "drift") -> Addition:
    """Return a method with a default value that changes."""
    return Addition(f"<def> default_{name}(self, a: object = {{}}): ...", before, after, verdict)


def result(name: str, before: str, after: str, verdict: Verdict = "drift") -> Addition:
    """Return a method with a result that changes."""
    return Addition(f"<def> result_{name}(self) -> {{}}: ...", before, after, verdict)


DEFAULTS: Final = [
    default("of_module", "parity_values.LIMIT", "parity_others.LIMIT"),
    default("in_set", "frozenset({parity_values.LIMIT})", "frozenset({parity_others.LIMIT})"),
    default("negated", "-parity_values.LIMIT", "-parity_others.LIMIT"),
    default("in_list", "[parity_values.LIMIT]", "[parity_others.LIMIT]"),
    default("in_dict", "{'a': parity_values.LIMIT}", "{'a': parity_others.LIMIT}"),
    default("in_call", "dict(a=parity_values.LIMIT)", "dict(a=parity_others.LIMIT)"),
    default("called", "parity_values.Kind(1)", "parity_others.Kind(1)"),
    default(
        "in_condition", "1 if parity_values.IS_FAST else 2", "2 if parity_values.IS_FAST else 1"
    ),
    default("with_blank", "['new york']", "['newyork']"),
    default("with_bracket", "['a [b]']", "['a']"),
    default("with_colon", "['a:1(']", "['a(']"),
    default("of_enum", "parity_values.Speed.FAST", "parity_values.Speed.SLOW"),
    default("bool", "True", "1"),
    default("float", "1.0", "1"),
    default("negative_zero", "0.0", "-0.0"),
    default("bytes", "b'a'", "'a'"),
    default("lambda", "lambda x: x[1]", "lambda x: x[2]"),
    default("lambda_slice", "lambda x: x[1:]", "lambda x: x[:1]"),
    default("tuple", "('a', 'b')", "('b', 'a')"),
    default("ellipsis", "...", "1"),
    default("class", "<parity_values.Rows|parity_values.AsyncRows>()", "parity_values.Kind(1)"),
    default("final", "parity_values.LIMIT", "10", "honest"),
    default("second_final", "parity_values.LIMIT", "parity_values.SAME_LIMIT", "honest"),
    default("folded", "10", "2 * 5", "honest"),
    default("final_in_list", "[10]", "[parity_values.LIMIT]", "honest"),
    Addition("<def> unstated(self, a: int = {}): ...", "10", "...", "honest"),
    Addition(
        "_limit = {}\n<def> class_body(self, a: object = _limit): ...",
        "10",
        "20",
    ),
    Addition(
        "_final_limit: typing.Final = {}\n<def> class_final(self, a: object = _final_limit): ...",
        "10",
        "20",
    ),
    Addition(
        "_honest_limit: typing.Final = 10\n<def> class_honest(self, a: object = {}): ...",
        "_honest_limit",
        "10",
        "honest",
    ),
    Addition(
        "<def> default_sleep(self, sleep: collections.abc.Callable[[float], "
        "<None|collections.abc.Awaitable[None]>] = {}): ...",
        "<time|asyncio>.sleep",
        "parity_values.pause",
        "honest in mirrors",
    ),
]

ASSIGNED: Final = [
    Addition("<def> _get(self, limit: int = {}) -> int: ...\nassigned_alias = _get", "1", "2"),
    Addition(
        "<def> _part(self, *, limit: int = 0) -> int: ...\n"
        "partial_method = functools.partialmethod(_part, limit={})",
        "1",
        "2",
    ),
    Addition("assigned_lambda = lambda self, a={}: a", "1", "2"),
    Addition(
        "@functools.singledispatchmethod\n"
        "<def> dispatched(self, a: object, b: int = {}) -> int: ...",
        "1",
        "2",
    ),
    Addition("constant: typing.Final = {}", "1", "2"),
    Addition("plain_value = {}", "1", "2", "honest in implementations and protocols"),
    Addition("text_constant: typing.ClassVar[str] = {}", "'new york'", "'newyork'"),
    Addition(
        "computed_constant: typing.ClassVar[frozenset[int]] = {}",
        "frozenset({parity_values.LIMIT})",
        "frozenset({parity_others.LIMIT})",
    ),
    Addition("variable: {}", "int", "typing.ClassVar[int]"),
    Addition(
        "@property\ndef value(self) -> {}: ...",
        "parity_values.Sized",
        "parity_values.SizedOtherwise",
    ),
]

TYPES: Final = [
    Addition("<def> bound(self, a: parity_values.{}): ...", "IntT", "StrT"),
    Addition("<def> same_bound(self, a: parity_values.{}): ...", "IntT", "AlsoIntT", "honest"),
    Addition("<def> constraints(self, a: parity_values.{}): ...", "TextT", "NumberT"),
    Addition("<def> unbound(self, a: parity_values.{}): ...", "IntT", "T"),
    Addition("<def> type_default(self, a: parity_values.{}): ...", "DefaultIntT", "DefaultStrT"),
    Addition(
        "<def> guard(self, a: object) -> {}: ...",
        "typing_extensions.TypeGuard[int]",
        "typing_extensions.TypeGuard[str]",
    ),
    Addition(
        "<def> guard_of_bool(self, a: object) -> {}: ...",
        "typing_extensions.TypeGuard[int]",
        "bool",
    ),
    Addition(
        "<def> is_guard(self, a: object) -> {}: ...",
        "typing_extensions.TypeIs[int]",
        "typing_extensions.TypeGuard[int]",
    ),
    Addition(
        "<def> lookalike(self) -> {}: ...", "parity_values.Sized", "parity_values.SizedOtherwise"
    ),
    Addition(
        "<def> lookalike_parameter(self, a: {}): ...",
        "parity_values.Sized",
        "parity_values.SizedOtherwise",
    ),
    Addition("<def> annotated(self, a: typing.Annotated[int, {}]): ...", "1", "2"),
    result("any", "builtins.list[int]", "builtins.list[typing.Any]"),
    result("list", "builtins.list[int]", "collections.abc.Sequence[int]"),
    result("rows", "parity_values.<|Async>Rows", "parity_values.Kind"),
    Addition(
        "<def> itself(self) -> {}: ...", "typing_extensions.Self", "<class>", "honest in protocols"
    ),
    Addition("<def> untyped(self, {}): ...", "a: int", "a"),
    Addition(
        "def generated(self) -> collections.abc.{}: ...",
        "<Generator[int, str, bytes]|AsyncGenerator[int, str]>",
        "<Generator[str, str, bytes]|AsyncGenerator[str, str]>",
    ),
    Addition(
        "def sent(self) -> collections.abc.{}: ...",
        "<Generator[int, str, bytes]|AsyncGenerator[int, str]>",
        "<Generator[int, int, bytes]|AsyncGenerator[int, int]>",
    ),
    Addition(
        "<def> yielded(self, a: int = {}) -> collections.abc.<|Async>Iterator[int]:\n  yield a",
        "1",
        "2",
    ),
    Addition(
        "@contextlib.<|async>contextmanager\n"
        "<def> managed(self) -> collections.abc.<|Async>Iterator[{}]:\n"
        "    yield typing.cast(typing.Any, 1)",
        "int",
        "str",
    ),
    Addition(
        "@contextlib.<|async>contextmanager\n"
        "<def> managed_default(self, a: int = {}) -> collections.abc.<|Async>Iterator[int]:\n"
        "    yield a",
        "1",
        "2",
    ),
    Addition(
        "def context(self) -> contextlib.Abstract<|Async>ContextManager[{}]: ...", "int", "str"
    ),
    Addition(
        "<def> iterable(self, a: collections.abc.{}[int]): ...", "<|Async>Iterable", "Collection"
    ),
    Addition("<def> same_iterable(self, a: collections.abc.Iterable[{}]): ...", "int", "str"),
    Addition(
        "<def> callback("
        "self, a: collections.abc.Callable[[{}], <int|collections.abc.Awaitable[int]>]): ...",
        "int",
        "str",
    ),
]

SPECIAL: Final = [
    Addition("<def> __call__(self, {}) -> int: ...", "a: int = 1", "a: int = 2"),
    Addition("def __len__(self) -> {}: ...", "int", "bool"),
    Addition("<def> __getitem__(self, a: {}) -> int: ...", "int", "str"),
    Addition("def __contains__(self, a: {}) -> bool: ...", "object", "str"),
    Addition("def __<|a>iter__(self) -> collections.abc.<|Async>Iterator[{}]: ...", "int", "str"),
]
SPECIAL_LACKING: Final = [
    Addition("{}", "<def> __call__(self, a: int) -> int: ...", ""),
    Addition("{}", "def __len__(self) -> int: ...", ""),
    Addition("{}", "<def> __getitem__(self, a: int) -> int: ...", ""),
    Addition("{}", "def __bool__(self) -> bool: ...", ""),
    Addition("{}", "def __<|a>iter__(self) -> collections.abc.<|Async>Iterator[int]: ...", ""),
]
NEVER_COMPARED: Final = [
    Addition("{}", "def __repr__(self) -> str: ...", "", "honest"),
    Addition("{}", "def __eq__(self, other: object) -> bool: ...", "", "honest"),
    Addition("{}", "def __hash__(self) -> int: ...", "", "honest"),
    Addition("{}", "def __reduce__(self) -> str: ...", "", "honest"),
    Addition("{}", "def _private(self, a: int) -> str: ...", "", "honest"),
]

ADDITIONS: Final = [
    AddedMembers("added_defaults", DEFAULTS),
    AddedMembers("added_assigned", ASSIGNED),
    AddedMembers("added_types", TYPES),
    AddedMembers("added_special", SPECIAL),
    AddedMembers("added_special_lacking", SPECIAL_LACKING),
    AddedMembers("added_never_compared", NEVER_COMPARED),
]
