"""Endpoints of the local service, one module for each resource."""
