"""Floor 5: cases, the unit tests of checks."""
