"""Checks of a release: `make release-check` builds, compares and installs the distributions."""
