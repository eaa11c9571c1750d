"""The sync transport, on requests and urllib3."""
