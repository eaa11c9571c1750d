"""A service whose users consent the moment they are asked."""

from __future__ import annotations

import json

from memsy import Reply
from memsy._core.wire import Request
from memsy.testing import LocalService


class EagerService(LocalService):
    """Attaches the token before whoever began to connect has read the answer."""

    def answer(self, request: Request) -> Reply:
        reply = super().answer(request)
        if request.target.endswith("/connect") and reply.status == 200:
            self.connectors.authorize(json.loads(reply.content)["connector_id"])
        return reply
