"""
Move the attributes in the index of the search into the entries of their classes.

`make docs` runs it after the build. An attribute of its own entry, such as `api_key`, would come
before the pages of the guide.
"""

from __future__ import annotations

import json
from typing import Any

from mkdocstrings import Inventory

from docs_build import SITE

_INDEX = SITE / "search.json"


def without_attributes(items: list[dict[str, Any]], names: set[str]) -> list[dict[str, Any]]:
    """Return the entries of the index. The entry of a class has the texts of its attributes."""
    kept: dict[str, dict[str, Any]] = {}
    for item in items:
        owner, _, _ = item["location"].rpartition(".")
        if item["location"].rpartition("#")[2] in names and owner in kept:
            kept[owner]["text"] += item["text"]
        else:
            kept[item["location"]] = item
    return list(kept.values())


def main() -> None:
    """Rewrite the index of the built site."""
    with (SITE / "objects.inv").open("rb") as file:
        inventory = Inventory.parse_sphinx(file)
    index = json.loads(_INDEX.read_text(encoding="utf-8"))
    names = {name for name, item in inventory.items() if item.role == "attribute"}
    index["items"] = without_attributes(index["items"], names)
    _INDEX.write_text(json.dumps(index, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
