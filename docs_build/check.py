"""
Check the built site: public names, resources of other hosts, `llms.txt`.

`make docs` runs it after the build.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from mkdocstrings import Inventory

from docs_build import SITE
from docs_build.public_names import directives, load, public_objects, resolve
from docs_build.resources import external_resources

_LLMS_LINK = re.compile(r"\]\(([^)]+)\)")


def missing_names() -> Iterator[str]:
    """Yield each public name without an entry in the inventory and a heading in its page."""
    package = load()
    with (SITE / "objects.inv").open("rb") as file:
        inventory = Inventory.parse_sphinx(file)
    described = [path for path in directives() if _has_heading(inventory, path)]
    entries = {resolve(package, path).path for path in described}
    for path in public_objects(package):
        if path not in entries:
            yield f"{path} has no entry on the site"


def _has_heading(inventory: Inventory, path: str) -> bool:
    if path not in inventory:
        return False
    page, _, anchor = inventory[path].uri.replace("$", path).partition("#")
    return f'id="{anchor}"' in (SITE / page / "index.html").read_text(encoding="utf-8")


def broken_llms_links() -> Iterator[str]:
    """Yield each link of `llms.txt` to a file that does not exist."""
    for target in _LLMS_LINK.findall((SITE / "llms.txt").read_text(encoding="utf-8")):
        if not (SITE / target).is_file():
            yield f"llms.txt links to {target}, which does not exist"


def main() -> None:
    """Exit with the problems, or with status 0."""
    sys.exit("\n".join((*missing_names(), *external_resources(SITE), *broken_llms_links())) or None)


if __name__ == "__main__":
    main()
