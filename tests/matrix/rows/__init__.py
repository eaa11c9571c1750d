"""The fault matrix: one file for each family of faults."""

from __future__ import annotations

from tests.matrix.row import Row
from tests.matrix.rows import (
    bodies,
    connections,
    environment,
    heads,
    inputs,
    redirects,
    retry_after,
    statuses,
    tls,
)

ROWS: list[Row] = [
    *connections.ROWS,
    *tls.ROWS,
    *bodies.ROWS,
    *heads.ROWS,
    *statuses.ROWS,
    *retry_after.ROWS,
    *redirects.ROWS,
    *environment.ROWS,
    *inputs.ROWS,
]
