"""
Griffe extension: the docstrings and constructors of this package, as mkdocstrings shows them.

* An attrs class has its constructor, with the types that the converters accept.
* An attribute has the type of the parameter that it keeps, and its text of the section `Attributes`
  or `Args` of its class. Its value is left out if it is an expression.
* A docstring of an async class or function that repeats the docstring of its sync form becomes a
  link to that form.
* A code block after `::` becomes a Python code block of Markdown.
* The section `Example` becomes `Examples`, the name that griffe knows.
* `section 5.1`, with the words `wire contract` in the same docstring, links to the heading of
  `docs/wire-contract.md`.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from griffe import (
    Alias,
    Attribute,
    Class,
    Docstring,
    DocstringSectionKind,
    Expr,
    ExprCall,
    ExprKeyword,
    ExprName,
    Extension,
    Function,
    Module,
    Object,
    Parameter,
    ParameterKind,
    Parameters,
)

_CODE = re.compile(r"(?P<text>\S?)::\n\n(?P<code>(?:(?: {4}.*)?\n)+?)(?=\S|\Z)")

_CONTRACT = Path(__file__).parents[1] / "docs" / "wire-contract.md"
_NUMBERED_HEADING = re.compile(r"^##+ ((\d+(?:\.\d+)?)\.? .+)$", re.MULTILINE)
_SECTIONS = re.compile(r"\bsections?\s+\d+(?:\.\d+)?(?:\s+and\s+\d+(?:\.\d+)?)?")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")

_STATES = {"class-attribute", "instance-attribute", "module-attribute", "writable"}
"""Labels that say nothing to a reader."""


class MemsyExtension(Extension):
    """Changes the loaded package before mkdocstrings renders it."""

    def on_package(self, *, pkg: Module, **_options: object) -> None:
        if pkg.name != "memsy":
            return
        for obj in list(_objects(pkg)):
            if isinstance(obj, Class) and (decorator := _attrs_decorator(obj)) is not None:
                _add_constructor(obj, decorator)
            if isinstance(obj, (Class, Function)) and (reference := _reference(obj)) is not None:
                _link_to_reference(obj, reference)
            if isinstance(obj, Class):
                _describe_attributes(obj)
        for obj in _objects(pkg):
            if obj.docstring is not None:
                text = obj.docstring.value.replace("\nExample:\n", "\nExamples:\n")
                text = _CODE.sub(_fenced, f"{text}\n").rstrip()
                obj.docstring.value = link_sections(text)
            if isinstance(obj, Attribute) and not _is_shown(obj):
                obj.value = None
            obj.labels -= _STATES


def _objects(obj: Object) -> Iterator[Object]:
    yield obj
    for member in obj.members.values():
        if isinstance(member, Object):
            yield from _objects(member)


def _fenced(match: re.Match[str]) -> str:
    code = textwrap.dedent(match["code"]).strip("\n")
    language = "text" if "──" in code else "python"
    text = f"{match['text']}:" if match["text"] else ""
    return f"{text}\n\n```{language}\n{code}\n```\n\n"


def link_sections(text: str) -> str:
    """Return a docstring with links to the sections of the wire contract that it names."""
    if not re.search(r"wire\s+contract", text):
        return text
    return _SECTIONS.sub(lambda match: _NUMBER.sub(_section_link, match[0]), text)


def _section_link(match: re.Match[str]) -> str:
    anchors = contract_anchors()
    # Some sections are rows of the table below the heading of their chapter.
    return f"[{match[0]}][{anchors.get(match[0]) or anchors[match[0].partition('.')[0]]}]"


@cache
def contract_anchors() -> Mapping[str, str]:
    """Return the anchor of each heading of the wire contract, by its number."""
    return {
        number: re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading, number in _NUMBERED_HEADING.findall(_CONTRACT.read_text(encoding="utf-8"))
    }


def _is_shown(attribute: Attribute) -> bool:
    """Return True for a value that says something to a reader, such as a constant or an alias."""
    value = attribute.value
    if not isinstance(value, Expr) or str(value) == "()":
        return True
    is_constant = attribute.parent is not None and attribute.parent.is_module
    return is_constant and not re.search(r"\b_", str(value))


def _describe_attributes(cls: Class) -> None:
    """Add the types and the texts that the constructor and the docstring of the class have."""
    constructor = cls.members.get("__init__")
    parameters = constructor.parameters if isinstance(constructor, Function) else Parameters()
    texts = _attribute_texts(cls)
    for name, attribute in list(cls.members.items()):
        if not isinstance(attribute, Attribute):
            continue
        if attribute.annotation is None and str(attribute.value) == name and name in parameters:
            attribute.annotation = parameters[name].annotation
        if attribute.docstring is None and name in texts:
            attribute.docstring = Docstring(texts[name], parent=attribute)
        if attribute.docstring is None and any(name in base.members for base in cls.mro()):
            cls.del_member(name)  # a base class describes it


def _attribute_texts(cls: Class) -> Mapping[str, str]:
    sections = cls.docstring.parse("google", warnings=False) if cls.docstring else []
    return {
        item.name: item.description
        for section in sections
        if section.kind in {DocstringSectionKind.attributes, DocstringSectionKind.parameters}
        for item in section.value
    }


def _attrs_decorator(cls: Class) -> Expr | None:
    for decorator in cls.decorators:
        value = decorator.value
        if isinstance(value, Expr) and value.canonical_path in {"attrs.define", "attrs.frozen"}:
            return value
    return None


def _arguments(call: object) -> dict[str, str | Expr]:
    if not isinstance(call, ExprCall):
        return {}
    return {item.name: item.value for item in call.arguments if isinstance(item, ExprKeyword)}


def _add_constructor(cls: Class, decorator: Expr) -> None:
    if "__init__" in cls.members:
        return
    is_keyword_only = _arguments(decorator).get("kw_only") == "True"
    parameters = [
        parameter
        for member in cls.members.values()
        if isinstance(member, Attribute)
        and (parameter := _parameter(member, is_keyword_only)) is not None
    ]
    parameters.sort(key=lambda parameter: parameter.kind is ParameterKind.keyword_only)
    own = Parameter("self", kind=ParameterKind("positional or keyword"))
    constructor = Function("__init__", parameters=Parameters(own, *parameters), parent=cls)
    cls.set_member("__init__", constructor)


def _parameter(attribute: Attribute, is_keyword_only: bool) -> Parameter | None:
    """Return the parameter of an attrs field. None: the constructor does not have one."""
    is_field = attribute.annotation is not None and "property" not in attribute.labels
    value = attribute.value
    default: str | Expr | None = value
    options: dict[str, str | Expr] = {}
    if isinstance(value, ExprCall) and value.canonical_path == "attrs.field":
        options = _arguments(value)
        default = options.get("default", "..." if "factory" in options else None)
    attribute.value = default  # in place of `field(...)`
    if not is_field or options.get("init") == "False" or "ClassVar" in str(attribute.annotation):
        return None
    return Parameter(
        attribute.name.lstrip("_"),
        annotation=_accepted_type(attribute, options.get("converter")),
        kind=ParameterKind(
            "keyword-only"
            if is_keyword_only or options.get("kw_only") == "True"
            else "positional or keyword"
        ),
        default=default,
    )


def _accepted_type(attribute: Attribute, converter: str | Expr | None) -> str | Expr | None:
    """Return the type that the constructor accepts: that of the parameter of the converter."""
    if not isinstance(converter, ExprName):
        return attribute.annotation
    function = attribute.modules_collection[converter.canonical_path]
    return function.parameters[0].annotation if isinstance(function, Function) else None


def _reference(obj: Class | Function) -> Object | None:
    """Return the object that `@mirrors(...)` above `obj` names."""
    for decorator in obj.decorators:
        value = decorator.value
        if isinstance(value, ExprCall) and str(value.function) == "mirrors":
            target = obj.resolve(str(value.arguments[0]))
            found = obj.modules_collection[target]
            return found.final_target if isinstance(found, Alias) else found
    return None


def _link_to_reference(obj: Object, reference: Object) -> None:
    if _is_repeated(obj, reference) and obj.is_public:
        path = reference.path
        obj.docstring = Docstring(f"See [`{_short(reference)}`][{path}].", parent=obj)
    if isinstance(obj, Class):
        for name, member in obj.members.items():
            counterpart = reference.members.get(name)
            if isinstance(member, Object) and isinstance(counterpart, Object):
                _link_to_reference(member, counterpart)


def _is_repeated(obj: Object, reference: Object) -> bool:
    texts = [item.docstring.value if item.docstring else "" for item in (obj, reference)]
    return bool(texts[0]) and texts[0] == texts[1]


def _short(obj: Object) -> str:
    return obj.path.removeprefix(f"{obj.module.path}.")
