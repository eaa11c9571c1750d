"""Ways to write a mark: mypy compares the class, or the mark is an error of its own."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Protocol

import pytest

from memsy.parity import MARKED, Mark, implements, mirrors
from tests._parity.project import Project

pytestmark = pytest.mark.slow

REFERENCES = """
from __future__ import annotations
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Protocol, TypeVar, no_type_check
import attrs
import memsy
import memsy.parity
from memsy import parity
from memsy.parity import implements, implements as same_as, mirrors
from own_marks import implements as own_implements

T_co = TypeVar("T_co", covariant=True)

class Reader(Protocol):
    def get(self, key: int) -> int: ...

class Box(Protocol[T_co]):
    def get(self) -> T_co: ...

class Broken:
    def get(self, other: int) -> int:
        return other

is_linux = bool(__file__)
"""
OWN_MARKS = "from memsy.parity import implements as implements\n"
CLASS = """
class Store:
    def get(self, other: int) -> int:  # error
        return other
"""
DIFFERENCE = 'parameter 1 is "other: int", but "key: int" in "Reader": use the same'
NOT_ABOVE = (
    'is not called directly above a class, so it checks nothing: write "@implements(Reference)" '
    "above the class"
)

# Forms of a mark that compare the class.
COMPARED = {
    "alias of the import": "@same_as(Reader)" + CLASS,
    "attribute of the package": "@memsy.parity.implements(Reader)" + CLASS,
    "attribute of the module": "@parity.implements(Reader)" + CLASS,
    "exported again by a module": "@own_implements(Reader)" + CLASS,
    "keyword": "@implements(reference=Reader)" + CLASS,
    "alias of the reference": "Alias = Reader\n@implements(Alias)" + CLASS,
    "above attrs.define": "@implements(Reader)\n@attrs.define" + CLASS,
    "below attrs.define": "@attrs.define\n@implements(Reader)" + CLASS,
    "below dataclass": "@dataclass\n@implements(Reader)" + CLASS,
    "two references": (
        "@implements(Reader)\n@implements(Box)\n"
        "class Store:  # error\n"  # Box is generic
        "    def get(self, other: int) -> int:  # error\n"
        "        return other\n"
    ),
    "nested in a class": (
        "class Outer:\n"
        "    @implements(Reader)\n"
        "    class Store:\n"
        "        def get(self, other: int) -> int:  # error\n"
        "            return other\n"
    ),
    "in a function": (
        "def function() -> None:\n"
        "    @implements(Reader)\n"
        "    class Store:\n"
        "        def get(self, other: int) -> int:  # error\n"
        "            return other\n"
    ),
    "in a checked function": (
        "def function():  # type: ignore[no-untyped-def]\n"
        "    @implements(Reader)\n"
        "    class Store:\n"
        "        def get(self, other: int) -> int:  # error\n"
        "            return other\n"
    ),
    "in a function with a local import": (
        "def function() -> None:\n"
        "    from memsy.parity import implements as local\n"
        "    @local(Reader)\n"
        "    class Store:\n"
        "        def get(self, other: int) -> int:  # error\n"
        "            return other\n"
    ),
}
# Forms of a mark that mypy alone accepts, although no class is compared; and a part of the error.
ERRORS = {
    "subclass": (
        "class marks_store(implements):  # type: ignore[misc]  # error\n    pass\n",
        '"marks_store" is a subclass of the mark "implements", and its uses are not checked',
    ),
    "variable": (
        "mark = implements(Reader)  # error\n@mark  # error\nclass C(Broken): ...\n",
        NOT_ABOVE,
    ),
    "variable with another type": (
        "mark: Callable[[type], type] = implements(Reader)  # error\n@mark\nclass C(Broken): ...\n",
        NOT_ABOVE,
    ),
    "attribute": (
        (
            "class Marks:\n    reader = implements(Reader)  # error\n"
            "@Marks.reader  # error\nclass C(Broken): ...\n"
        ),
        NOT_ABOVE,
    ),
    "list": ("marks = [implements(Reader)]  # error\n", NOT_ABOVE),
    "lambda": ("mark = lambda: implements(Reader)  # error\n", NOT_ABOVE),
    "default value": (
        "def mark(made: Any = implements(Reader)) -> Any: ...  # error\n",
        NOT_ABOVE,
    ),
    "partial": (
        "made = partial(implements, Reader)  # error\n@made()  # error\nclass C(Broken): ...\n",
        NOT_ABOVE,
    ),
    "other name": ("mark = implements\n@mark(Reader)  # error\nclass C(Broken): ...\n", NOT_ABOVE),
    "call": ("C = implements(Reader)(Broken)  # error\n", NOT_ABOVE),
    "function": (
        "@implements(Reader)  # type: ignore[type-var]  # error\ndef function() -> None: ...\n",
        NOT_ABOVE,
    ),
    "conditional expression": (
        "@(implements(Reader) if is_linux else implements(Box))  # error\nclass C(Broken): ...\n",
        NOT_ABOVE,
    ),
    "without a reference": ("@implements\nclass C(Broken): ...  # error\n", NOT_ABOVE),
    "beside a direct mark": (
        (
            "mark = implements(Reader)  # error\n@mark  # error\n@implements(Reader)\n"
            "class C:\n    def get(self, key: int) -> int:\n        return key\n"
        ),
        NOT_ABOVE,
    ),
    "same mark twice": (
        (
            "@implements(Reader)\n@implements(Reader)\n"
            "class C:  # error\n    def get(self, key: int) -> int:\n        return key\n"
        ),
        '"C" has the mark "@implements(Reader)" twice: remove one',
    ),
    "conditional reference": (
        "@implements(Reader if is_linux else Broken)\nclass C(Broken): ...  # error\n",
        'the mark of "C" names an expression, which is not a class that mypy knows',
    ),
    "reference in a variable": (
        "reference: type[Broken] = Broken\n@implements(reference)\nclass C(Broken): ...  # error\n",
        'the mark of "C" names "reference", which is not a class that mypy knows',
    ),
    "reference with type arguments": (
        "@implements(Box[int])\nclass C(Broken): ...  # error\n",
        'the mark of "C" names "Box[...]" with type arguments: write "Box"',
    ),
    "reference that cannot be imported": (
        (
            "from absent import Absent  # type: ignore[import-not-found]\n"
            "@implements(Absent)\nclass C(Broken): ...  # error\n"
        ),
        'the mark of "C" names "Absent", which is not a class that mypy knows',
    ),
    "unpacked arguments": (
        (
            "references: list[type] = [Reader]\n@implements(*references)\n"
            "class C(Broken): ...  # error\n"
        ),
        'the mark of "C" names "references", which is not a class that mypy knows',
    ),
    "names in a variable": (
        'names: Final = ("get",)\n@implements(Reader, more=names)\nclass C(Broken): ...  # error\n',
        '`more` of "C" is "names", not a tuple of literals: write `more=("name",)`',
    ),
}
IMPORTS = {
    "name": ("from memsy.parity import implements", "@implements(Reader)"),
    "alias": ("from memsy.parity import implements as same_as", "@same_as(Reader)"),
    "module": ("import memsy.parity", "@memsy.parity.implements(Reader)"),
    "alias of the module": ("import memsy.parity as marks", "@marks.implements(Reader)"),
    "module of the package": ("from memsy import parity", "@parity.implements(Reader)"),
    "exported again": ("from own_marks import implements", "@implements(Reader)"),
}
UNFOLLOWED = {
    "all modules": "follow_imports = skip",
    "package": "[mypy-memsy.*]\nfollow_imports = skip",
    "marks": "[mypy-memsy.parity.*]\nfollow_imports = skip",
    "definition of the marks": "[mypy-memsy.parity._decorators]\nfollow_imports = skip",
    "error": "disable_error_code = misc\nfollow_imports = error",
    "not installed": "ignore_missing_imports = True\nno_site_packages = True",
}


# A second run with the same cache would report the paths of the first.
@pytest.fixture(scope="session")
def errors(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, int], str]:
    project = Project(tmp_path_factory.mktemp("marks"), tmp_path_factory.getbasetemp() / "mypy")
    return find_errors(project)


def find_errors(project: Project, python: str = "") -> dict[tuple[str, int], str]:
    """Return the messages of the plugin by file and line, from one run over all examples."""
    project.write(own_marks=OWN_MARKS)
    examples = COMPARED | {name: text for name, (text, _) in ERRORS.items()}
    for name, text in examples.items():
        project.write(**{module_name(name): REFERENCES + text})
    found: dict[tuple[str, int], str] = {}
    for path, line, text in re.findall(
        r"(?m)^(\w+)\.py:(\d+): error: (.+)  \[parity\]$", project.check(python=python)
    ):
        found[path, int(line)] = found.get((path, int(line)), "") + text
    return found


def module_name(title: str) -> str:
    return "example_" + re.sub(r"\W", "_", title)


def error_lines(text: str) -> set[int]:
    lines = (REFERENCES + text).splitlines()
    return {number for number, line in enumerate(lines, 1) if line.endswith("# error")}


@pytest.mark.parametrize("name", COMPARED)
def test_class_is_compared(name: str, errors: dict[tuple[str, int], str]) -> None:
    reported = {line: text for (path, line), text in errors.items() if path == module_name(name)}
    assert reported.keys() == error_lines(COMPARED[name])
    assert DIFFERENCE in "".join(reported.values())


@pytest.mark.parametrize("name", ERRORS)
def test_mark_that_compares_no_class_is_reported(
    name: str, errors: dict[tuple[str, int], str]
) -> None:
    text, message = ERRORS[name]
    reported = {line: text for (path, line), text in errors.items() if path == module_name(name)}
    assert reported.keys() == error_lines(text)
    assert all(message in text for text in reported.values())


def test_mark_in_function_that_is_not_checked_is_reported(project: Project) -> None:
    text = (
        "def function():\n"
        "    @implements(Reader)\n"
        "    class Store(Broken): ...\n"
        "    return Store\n"
        "def checked() -> None:\n"
        "    @implements(Reader)\n"
        "    class Store:\n"
        "        def get(self, key: int) -> int:\n"
        "            return key\n"
    )
    project.write(own_marks=OWN_MARKS, store=REFERENCES + text)
    output = project.check(
        "--no-strict-optional", "--allow-untyped-defs", "--no-check-untyped-defs"
    )
    line = REFERENCES.count("\n") + 2
    assert output == (
        f'store.py:{line}: error: the mark of "Store" is not checked, because mypy skips a '
        "function without annotations: annotate the function, or set `check_untyped_defs = True`"
        "  [parity]\n"
    )


@pytest.mark.parametrize("options", UNFOLLOWED)
def test_mark_without_its_definition_is_reported(
    options: str,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """mypy takes the mark for Any if it does not follow the import."""
    monkeypatch.chdir(tmp_path)  # mypy finds modules in the current directory
    configuration = f"[mypy]\nplugins = memsy.mypy_plugin\n{UNFOLLOWED[options]}\n"
    cache = tmp_path_factory.getbasetemp() / f"mypy-{options}"
    project = Project(tmp_path, cache, configuration)
    classes = [
        f"{statement}\n{mark}\nclass C{number}(Broken): ...\n"
        for number, (statement, mark) in enumerate(IMPORTS.values())
    ]
    broken = "class Reader: ...\nclass Broken: ...\n"
    project.write(own_marks=OWN_MARKS, store=broken + "".join(classes))
    reported = re.findall(
        r'store.py:\d+: error: "@.+" of "C(\d)" is not checked, because mypy does not follow the '
        r"import of memsy.parity: install memsy where mypy finds it, and set `follow_imports = "
        r"normal` for `memsy.\*`  \[parity\]",
        project.check(),
    )
    assert reported == [str(number) for number in range(len(IMPORTS))]


def test_silent_import_of_the_marks_is_enough(project: Project) -> None:
    project.write(own_marks=OWN_MARKS, store=REFERENCES + "@implements(Reader)" + CLASS)
    assert DIFFERENCE in project.check("--follow-imports=silent")


@pytest.fixture
def project(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path, tmp_path_factory.getbasetemp() / "mypy")


class Reader(Protocol):
    def get(self, key: int) -> int: ...


@pytest.mark.parametrize("mark", [mirrors, implements])
def test_subclass_of_mark_is_a_type_error(mark: type[Mark]) -> None:
    with pytest.raises(TypeError, match=f'"Own" must not be a subclass of "{mark.__name__}"'):
        type("Own", (mark,), {})


def test_reference_that_is_not_a_class_is_a_type_error() -> None:
    text = r"reference of @mirrors must be a class or a function of a module, got list\[int\]"
    with pytest.raises(TypeError, match=text):
        mirrors(list[int])  # type: ignore[parity]
    with pytest.raises(TypeError, match=r"reference of @implements must be a class, got list"):
        implements(list[int])  # type: ignore[parity]


def test_mark_above_a_function_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="target of @implements must be a class, got <function"):
        implements(Reader)(module_name)  # type: ignore[type-var, parity]


def test_mark_is_registered() -> None:
    @implements(Reader)
    class Store:
        def get(self, key: int) -> int:
            return key

    assert MARKED.pop(Store) == (implements(Reader),)  # type: ignore[parity]
