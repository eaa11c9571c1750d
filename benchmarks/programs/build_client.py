"""Time of `from memsy import AsyncMemsyClient`, or of this import and the creation of a client."""

import sys
import time

wall, cpu = time.perf_counter(), time.process_time()

from memsy import AsyncMemsyClient  # noqa: E402 - the import is part of the measured time

client = AsyncMemsyClient("http://127.0.0.1:9/v1", "msy_local") if "build" in sys.argv else None
wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
print(f'{{"wall": {wall!r}, "cpu": {cpu!r}}}')
