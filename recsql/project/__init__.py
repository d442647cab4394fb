"""Floor 2: files become values; every mistake keeps its file, line and column."""
