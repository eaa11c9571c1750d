"""Resources of the control plane, one per module: endpoints, sync resource, async resource."""

from memsy.control_resources.billing import AsyncBillingResource, BillingResource
from memsy.control_resources.connectors import AsyncConnectorsResource, ConnectorsResource
from memsy.control_resources.events import AsyncEventsResource, EventsResource
from memsy.control_resources.interest import AsyncInterestResource, InterestResource
from memsy.control_resources.keys import AsyncKeysResource, KeysResource
from memsy.control_resources.usage import AsyncUsageResource, UsageResource

__all__ = [
    "AsyncBillingResource",
    "AsyncConnectorsResource",
    "AsyncEventsResource",
    "AsyncInterestResource",
    "AsyncKeysResource",
    "AsyncUsageResource",
    "BillingResource",
    "ConnectorsResource",
    "EventsResource",
    "InterestResource",
    "KeysResource",
    "UsageResource",
]
