"""Floor 6: a command parses, calls and prints; stdout is data, stderr is narration."""
