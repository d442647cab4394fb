"""For all tests: a Ctrl-C reaches them in the background, too; a missing pandas costs nothing."""

from __future__ import annotations

import signal
import sys
from importlib.util import find_spec

# A shell without job control starts background processes with SIGINT ignored, and programs that
# they start inherit that; the tests that send a Ctrl-C would wait for it in vain.
signal.signal(signal.SIGINT, signal.default_int_handler)

# An older DuckDB looks for pandas anew for each value that it is given, which took most of the time
# of the tests of statistics; where there is none, this says so at once.
if find_spec("pandas") is None:
    sys.modules["pandas"] = None  # type: ignore[assignment]
