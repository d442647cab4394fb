"""Floor 3: a check and a target become one read-only statement; no database is known here."""
