"""
Rewrite the index of the search, so that guides come before attributes of the API reference.

`make docs` runs it after the build. The search of zensical has no weights: it sorts by the field of
the match (title, then path, then text), and then by the number and the position of the matches.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from typing import Any

from docs_build import SITE

_INDEX = SITE / "search.json"
_SIGNATURE = re.compile(r"<pre>.*?</pre>", re.DOTALL)
_ATTRIBUTES = {"attribute", "property"}
"""Roles of attributes in the inventory."""

Entry = dict[str, Any]


def without_attributes(entries: list[Entry], attributes: Collection[str]) -> list[Entry]:
    """
    Return the entries of the index, with these changes.

    * An attribute has no entry. The entry of its class has its signature.
    * The path of an entry of the reference is `Reference` alone, without the page: the page
      `Outbox` comes before the page of the reference with the same title.
    * The path of a section of the guide has its title: `Retry rules` comes before `RetryPolicy`.
    """
    kept: dict[str, Entry] = {}
    for entry in entries:
        owner = entry["location"].rpartition(".")[0]
        if entry["location"].rpartition("#")[2] in attributes and owner in kept:
            kept[owner]["text"] += "".join(_SIGNATURE.findall(entry["text"]))
        else:
            kept[entry["location"]] = {**entry, "path": _path(entry)}
    return list(kept.values())


def _path(entry: Entry) -> list[str]:
    location: str = entry["location"]
    path: list[str] = entry["path"]
    if location.startswith("reference/"):
        return path[:1]
    return [*path, entry["title"]] if location.startswith("guide/#") else path


def main() -> None:
    """Rewrite the index of the built site."""
    from mkdocstrings import Inventory  # noqa: PLC0415 - the tests of this module do not have it

    with (SITE / "objects.inv").open("rb") as file:
        inventory = Inventory.parse_sphinx(file)
    attributes = {name for name, item in inventory.items() if item.role in _ATTRIBUTES}
    index = json.loads(_INDEX.read_text(encoding="utf-8"))
    index["items"] = without_attributes(index["items"], attributes)
    _INDEX.write_text(json.dumps(index, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
