"""Report of the checks: one line for each, and the problems that it found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

_MAX_PROBLEMS = 20


class Report:
    """Prints each check when it ends, and counts checks and failures."""

    def __init__(self) -> None:
        self.checks = 0
        self.failures = 0

    def check(self, name: str, problems: Iterable[str]) -> bool:
        """Print the outcome of a check, and return True if it has no problems."""
        found = list(problems)
        self.checks += 1
        self.failures += bool(found)
        print(f"{'FAIL' if found else 'ok':<6}{name}", flush=True)
        for problem in _shortened(found):
            print(f"        {problem}", flush=True)
        return not found

    def note(self, text: str) -> None:
        """Print a fact that is not a check."""
        print(f"{'note':<6}{text}", flush=True)

    def close(self, subject: str) -> int:
        """Print the closing line, and return the exit code."""
        passed = self.checks - self.failures
        print(f"release-check: {passed} of {self.checks} checks passed ({subject})", flush=True)
        return 1 if self.failures else 0


def _shortened(problems: list[str]) -> Iterator[str]:
    yield from problems[:_MAX_PROBLEMS]
    if len(problems) > _MAX_PROBLEMS:
        yield f"and {len(problems) - _MAX_PROBLEMS} more"
