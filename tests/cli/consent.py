"""A service whose users consent the moment they are asked."""

from __future__ import annotations

import json

from memsy import HTTPResponse
from memsy._core.http import HTTPRequest
from memsy.testing import LocalService


class EagerService(LocalService):
    """Attaches the token before whoever began to connect has read the answer."""

    def handle(self, request: HTTPRequest) -> HTTPResponse:
        response = super().handle(request)
        if request.target.endswith("/connect") and response.status == 200:
            self.connectors.authorize(json.loads(response.content)["connector_id"])
        return response
