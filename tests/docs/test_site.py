"""The documentation site: navigation, public names, generated pages. `make docs` builds it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import griffe
import pytest

from docs_build import ROOT, griffe_extension, search, stage
from docs_build.cli_reference import PAGE, cli_reference
from docs_build.llms import description
from docs_build.navigation import page_url, sections
from docs_build.public_names import directives, load, public_objects, resolve
from docs_build.resources import external_resources
from tests.docs.test_pages import anchors


@pytest.fixture(scope="module")
def package() -> griffe.Module:
    return load()


@pytest.fixture(scope="module")
def shown_package() -> griffe.Module:
    """The package as the API reference shows it."""
    extensions = griffe.load_extensions(str(ROOT / "docs_build" / "griffe_extension.py"))
    package = griffe.load(
        "memsy",
        search_paths=[ROOT],
        resolve_aliases=True,
        allow_inspection=False,
        extensions=extensions,
    )
    assert isinstance(package, griffe.Module)
    return package


def shown_attributes(package: griffe.Module) -> list[griffe.Attribute]:
    return [
        member
        for obj in public_objects(package).values()
        if isinstance(obj, griffe.Class)
        for name, member in obj.members.items()
        if isinstance(member, griffe.Attribute)
        if not name.startswith("_") and "property" not in member.labels
    ]


def test_every_page_is_in_the_navigation_once() -> None:
    """`nav` of `zensical.toml` has one line for each page of docs/ and each page of the root."""
    pages = [page.relative_to(ROOT / "docs").as_posix() for page in (ROOT / "docs").rglob("*.md")]
    pages += [page for name, page in stage.ROOT_PAGES.items() if (ROOT / name).exists()]
    listed = [path for _, entries in sections() for _, path in entries]
    assert sorted(listed) == sorted(pages)


def test_every_public_name_is_in_the_api_reference_once(package: griffe.Module) -> None:
    described = Counter(resolve(package, path).path for path in directives())
    public = public_objects(package)
    assert len(public) > 150
    assert sorted(public.keys() - described.keys()) == []
    assert [path for path, count in described.items() if count > 1] == []


def test_every_public_name_has_a_docstring(package: griffe.Module) -> None:
    assert [
        path
        for path, obj in public_objects(package).items()
        if not obj.has_docstring and not obj.is_special
    ] == []


def test_every_method_of_a_protocol_has_a_docstring(package: griffe.Module) -> None:
    methods = [
        method
        for path, obj in public_objects(package).items()
        if path.startswith("memsy.protocols.") and isinstance(obj, griffe.Class)
        for name, method in obj.members.items()
        if not name.startswith("_")
    ]
    assert len(methods) > 100
    assert [method.path for method in methods if not method.has_docstring] == []


def test_docstrings_name_existing_sections_of_the_wire_contract(
    shown_package: griffe.Module,
) -> None:
    found = griffe_extension.contract_anchors()
    assert set(found.values()) <= anchors(ROOT / "docs" / "wire-contract.md")
    assert griffe_extension.link_sections("(wire contract, sections 5.1 and\n6.3)") == (
        f"(wire contract, sections [5.1][{found['5.1']}] and\n[6.3][{found['6']}])"
    )
    assert griffe_extension.link_sections("section 5.1 of RFC 9110") == "section 5.1 of RFC 9110"
    methods = shown_package["protocols.MemsyClientProtocol"].members
    assert f"sections [5.1][{found['5.1']}]" in methods["ingest"].docstring.value


def test_arguments_of_the_clients_are_documented(package: griffe.Module) -> None:
    constructor = package["_base_client.ClientBase.__init__"]
    (arguments,) = (
        section.value
        for section in constructor.docstring.parse("google")
        if section.kind is griffe.DocstringSectionKind.parameters
    )
    names = [parameter.name for parameter in constructor.parameters][1:]
    assert [argument.name for argument in arguments] == names
    fake = [parameter.name for parameter in package["testing.fakes._FakeBase.__init__"].parameters]
    assert fake[1:] == [*names, "service"]


def test_constructor_has_the_types_that_converters_accept(shown_package: griffe.Module) -> None:
    parameters = shown_package["models.EventPayload.__init__"].parameters
    assert str(parameters["ts"].annotation) == "str | datetime | None"
    assert str(parameters["metadata"].annotation) == "str | Mapping[str, Any] | None"


def test_every_attribute_has_a_type_and_a_text(shown_package: griffe.Module) -> None:
    attributes = shown_attributes(shown_package)
    assert len(attributes) > 300
    assert [
        attribute.path
        for attribute in attributes
        if attribute.annotation is None or not attribute.has_docstring
    ] == ["memsy._core.unset.Unset.UNSET"]  # the member of an enumeration


def test_no_attribute_has_an_expression_as_value(shown_package: griffe.Module) -> None:
    attributes = shown_attributes(shown_package)
    assert {str(item.value) for item in attributes if isinstance(item.value, griffe.Expr)} <= {"()"}


def test_search_finds_an_attribute_in_its_class() -> None:
    def entry(location: str, text: str = "") -> search.Entry:
        path = ["Reference", "Local service"] if "#memsy" in location else ["Start", "Guide"]
        return {"location": location, "title": "Title", "text": text, "path": path}

    index = [
        entry("reference/local/#memsy.A", "a"),
        entry("reference/local/#memsy.A.key", "<pre>key: str</pre> <p>Key.</p>"),
        entry("guide/"),
        entry("guide/#keys"),
    ]
    found = search.without_attributes(index, {"memsy.A.key"})
    assert [(item["location"], item["text"], item["path"]) for item in found] == [
        ("reference/local/#memsy.A", "a<pre>key: str</pre>", ["Reference"]),
        ("guide/", "", ["Start", "Guide"]),
        ("guide/#keys", "", ["Start", "Guide", "Title"]),
    ]


def test_cli_reference_is_generated() -> None:
    """`python -m docs_build.cli_reference` writes the page."""
    assert PAGE.read_text(encoding="utf-8") == cli_reference()


@pytest.mark.parametrize(
    ("page", "text", "expected"),
    [
        ("docs/guide.md", "[x](bulk.md#a)", "[x](bulk.md#a)"),
        ("docs/guide.md", "[x](#a) [y](https://a.example/b.md)", None),
        ("docs/guide.md", "[x](../CHANGELOG.md)", "[x](changelog.md)"),
        ("docs/reference/cli.md", "[x](../../CONTRIBUTING.md#a)", "[x](../contributing.md#a)"),
        ("CONTRIBUTING.md", "[`x`](docs/guide.md#a)", "[`x`](guide.md#a)"),
        ("CONTRIBUTING.md", "[tests](tests/README.md) and more", "tests and more"),
        ("CONTRIBUTING.md", "[a\nb](tests/README.md)", "a\nb"),
        ("CONTRIBUTING.md", "```md\n[x](docs/guide.md)\n```", None),
        ("docs/guide.md", "![x](assets/site.css)", None),
    ],
)
def test_links_of_a_page_on_the_site(page: str, text: str, expected: str | None) -> None:
    assert stage.site_text(page, text) == (text if expected is None else expected)


def test_link_to_a_missing_file_is_an_error() -> None:
    with pytest.raises(stage.BrokenLinkError, match=r"docs/guide.md: \[x\]\(none.md\) links to"):
        stage.site_text("docs/guide.md", "[x](none.md)")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# A\n\nFirst [one](b.md).\nSecond.", "First one."),
        ("# A\n\n```python\ncode\n```\n\n`x` [y][memsy.y]: z.\n", "`x` y."),
        ("---\nsearch:\n  exclude: true\n---\n\n# A\n\n::: memsy.x\n\nText.", "Text."),
    ],
)
def test_description_of_a_page(text: str, expected: str) -> None:
    assert description(text) == expected


def test_url_of_a_page() -> None:
    assert [page_url(path) for path in ("index.md", "guide.md", "reference/index.md")] == [
        *("", "guide/", "reference/"),
    ]


def test_every_page_has_a_description() -> None:
    for page in (ROOT / "docs").rglob("*.md"):
        assert description(page.read_text(encoding="utf-8")), page


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("page.html", '<script src="https://cdn.example/a.js"></script>'),
        ("page.html", '<link rel="stylesheet" href="//cdn.example/a.css">'),
        ("page.html", '<link rel="preconnect" href="https://cdn.example">'),
        ("page.html", '<img alt="" src="http://cdn.example/a.png">'),
        ("page.html", '<img src="a.png" srcset="https://cdn.example/a.png 2x">'),
        ("page.html", '<p style="background: url(https://cdn.example/a.png)">'),
        ("page.html", "<style>@import 'https://cdn.example/a.css';</style>"),
        ("assets/site.css", "a { background: url(https://cdn.example/a.png) }"),
    ],
)
def test_resource_of_another_host_is_found(file: str, text: str, tmp_path: Path) -> None:
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text(text, encoding="utf-8")
    found = list(external_resources(tmp_path))
    assert len(found) == 1
    assert "cdn.example" in found[0]


@pytest.mark.parametrize(
    "text",
    [
        '<a href="https://memsy.io">Memsy</a> <code>url(https://memsy.io)</code>',
        '<link rel="canonical" href="https://memsy.example/guide/">',
        '<script src="assets/a.js"></script> <img src="data:image/png;base64,AAAA">',
    ],
)
def test_links_and_own_resources_are_allowed(text: str, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(text, encoding="utf-8")
    assert list(external_resources(tmp_path)) == []
