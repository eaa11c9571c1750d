"""Parts of the pytest plugin: marker, failure report, network guard."""
