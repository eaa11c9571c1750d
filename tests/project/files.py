"""Files of the project that the tests compare."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nox
import yaml

ROOT = Path(__file__).parents[2]
GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
PYPROJECT = nox.project.load_toml(ROOT / "pyproject.toml")
NOX_ACTION = "$/.github/actions/nox"


def load(path: Path) -> Any:  # noqa: ANN401 - YAML
    """Parse a YAML file. The key `on` stays a text, as on GitHub."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)


class _Loader(yaml.SafeLoader):
    """Loader with the booleans of YAML 1.2: `on` and `yes` are texts."""


_BOOLEAN = "tag:yaml.org,2002:bool"
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _BOOLEAN]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(_BOOLEAN, re.compile("^(?:true|false)$"), ["t", "f"])


def jobs(workflow: Path) -> dict[str, dict[str, Any]]:
    """Return the jobs of a workflow by id."""
    found: dict[str, dict[str, Any]] = load(workflow)["jobs"]
    return found


def steps(workflow: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the steps of a workflow, each with the id of its job."""
    for name, job in jobs(workflow).items():
        for step in job["steps"]:
            yield name, step


def matrix(job: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the combinations of a matrix. Each entry of `include` must be a further one."""
    matrix = dict(job.get("strategy", {}).get("matrix", {}))
    included = matrix.pop("include", [])
    combinations: list[dict[str, Any]] = [{}] if matrix else []
    for key, values in matrix.items():
        combinations = [{**c, key: value} for c in combinations for value in values]
    return [*combinations, *included] or [{}]


def session_calls() -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the arguments of each use of the nox action, with the values of the matrix."""
    for workflow in WORKFLOWS:
        for job in jobs(workflow).values():
            for step in job["steps"]:
                if step.get("uses") == NOX_ACTION:
                    for combination in matrix(job):
                        yield (
                            workflow.name,
                            {k: _expand(v, combination) for k, v in step["with"].items()},
                        )


def _expand(value: str, combination: dict[str, Any]) -> str:
    """Replace `${{ matrix.key }}`, with a default if there is one."""
    return re.sub(
        r"\$\{\{ matrix\.([\w-]+)(?: \|\| '([^']*)')? \}\}",
        lambda match: str(combination.get(match[1], match[2])),
        value,
    )
