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

from mkdocstrings import Inventory

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
    * The path of an entry of the reference is the section alone: the page `Outbox` of the guide
      comes before the page `Outbox` of the reference.
    """
    kept: dict[str, Entry] = {}
    for entry in entries:
        page, _, anchor = entry["location"].partition("#")
        owner = entry["location"].rpartition(".")[0]
        if anchor in attributes and owner in kept:
            kept[owner]["text"] += "".join(_SIGNATURE.findall(entry["text"]))
        elif page.startswith("reference/"):
            kept[entry["location"]] = {**entry, "path": entry["path"][:1]}
        else:
            kept[entry["location"]] = entry
    return list(kept.values())


def main() -> None:
    """Rewrite the index of the built site."""
    with (SITE / "objects.inv").open("rb") as file:
        inventory = Inventory.parse_sphinx(file)
    attributes = {name for name, item in inventory.items() if item.role in _ATTRIBUTES}
    index = json.loads(_INDEX.read_text(encoding="utf-8"))
    index["items"] = without_attributes(index["items"], attributes)
    _INDEX.write_text(json.dumps(index, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
