"""Pictures as SVG text: pure functions of words and numbers that know nothing of checks."""
