"""`Invoice.created`, which the service sends as text or as a number."""

from __future__ import annotations

from typing import Any

import pytest

from memsy import Invoice, MemsyResponseError

INVOICE: dict[str, Any] = {
    "id": "in_1",
    "amount_due": 4900,
    "amount_paid": 4900,
    "currency": "usd",
    "status": "paid",
}


@pytest.mark.parametrize("created", [1767225600, "1767225600"])
def test_invoice_time_is_decoded_as_text(created: object) -> None:
    assert Invoice.from_dict({**INVOICE, "created": created}).created == "1767225600"


@pytest.mark.parametrize(
    ("created", "kind"),
    [(True, "a boolean"), (None, "null"), (1.5, "a number"), ([1], "an array"), ({}, "an object")],
)
def test_invoice_time_of_another_type_is_an_error(created: object, kind: str) -> None:
    with pytest.raises(MemsyResponseError) as excinfo:
        Invoice.from_dict({**INVOICE, "created": created})
    assert str(excinfo.value) == f"Invoice: $.created: expected a string, got {kind}"


@pytest.mark.parametrize("name", ["id", "currency", "status"])
def test_number_is_an_error_in_other_text_fields(name: str) -> None:
    with pytest.raises(MemsyResponseError, match=rf"\$\.{name}: expected a string, got a number"):
        Invoice.from_dict({**INVOICE, "created": "1", name: 1})
