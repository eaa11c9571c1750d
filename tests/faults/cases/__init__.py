"""Fault cases, one module for each family of faults."""

from __future__ import annotations

from tests.faults.case import Case
from tests.faults.cases import (
    bodies,
    connections,
    environment,
    inputs,
    redirects,
    response_heads,
    retry_after,
    statuses,
    tls,
)

CASES: list[Case] = [
    *connections.CASES,
    *tls.CASES,
    *bodies.CASES,
    *response_heads.CASES,
    *statuses.CASES,
    *retry_after.CASES,
    *redirects.CASES,
    *environment.CASES,
    *inputs.CASES,
]
