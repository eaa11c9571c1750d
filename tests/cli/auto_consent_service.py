"""Local service that authorizes every connector as soon as it is created."""

from __future__ import annotations

import json

from memsy import HTTPResponse
from memsy._core.http import HTTPRequest
from memsy.testing import LocalService


class AutoConsentService(LocalService):
    """Local service that authorizes a connector before `connect` returns."""

    def handle(self, request: HTTPRequest) -> HTTPResponse:
        response = super().handle(request)
        if request.target.endswith("/connect") and response.status == 200:
            self.connectors.authorize(json.loads(response.content)["connector_id"])
        return response
