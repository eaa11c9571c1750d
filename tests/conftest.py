"""How tests are run: asserts of the contract speak as those of a test do, and none is timed."""

import hypothesis
import pytest

pytest.register_assert_rewrite("memsy.testing.contract")

# A machine that is busy with other tests is no reason to fail.
hypothesis.settings.register_profile("memsy", deadline=None)
hypothesis.settings.load_profile("memsy")
