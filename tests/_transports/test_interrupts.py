"""Exceptions of signal handlers between any two lines of a sync call."""

from __future__ import annotations

import pytest

from tests._transports.conftest import Serve
from tests._transports.test_processes import echo_targets, run

pytestmark = pytest.mark.slow

INTERRUPT_AT_EVERY_LINE = """
    import itertools

    class BaseInterrupt(BaseException): pass
    class Interrupt(Exception): pass

    def send(number):
        request = HTTPRequest("POST", f"/search/{number}", b"{}")
        response = transport.send(request, deadline_in(5))
        assert response.content == b'"/v1/search/%d"' % number, response

    class Tracer:
        def __init__(self, position):
            self.remaining = position

        def __call__(self, frame, event, argument):
            self.remaining -= 1
            if not self.remaining:
                sys.settrace(None)
                raise (BaseInterrupt if event == "line" else Interrupt)
            return self

    sys.unraisablehook = lambda _: None  # Python ignores the exception in a destructor
    transport = RequestsTransport(limit_connections(settings, 1))
    send(0)
    raised = 0
    for position in itertools.count(1):
        tracer = Tracer(position)
        sys.settrace(tracer)
        try:
            send(2 * position)
        except (BaseInterrupt, Interrupt):
            raised += 1
        sys.settrace(None)
        send(2 * position + 1)
        if tracer.remaining > 0:
            break
    transport.close()
    print(raised)
    """


def test_interrupt_at_any_line_harms_no_later_call(serve: Serve) -> None:
    """The only connection of the client is neither lost nor used with an unread response."""
    assert int(run(serve(echo_targets), INTERRUPT_AT_EVERY_LINE, filters="ignore")) > 500
