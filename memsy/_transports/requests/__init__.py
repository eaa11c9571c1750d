"""Sync transport on requests, urllib3 and http.client."""
