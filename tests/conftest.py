"""For all tests: a Ctrl-C reaches them even where they were started in the background."""

from __future__ import annotations

import signal

# A shell without job control starts background processes with SIGINT ignored, and programs that
# they start inherit that; the tests that send a Ctrl-C would wait for it in vain.
signal.signal(signal.SIGINT, signal.default_int_handler)
