"""Floor 5: the simulated shop, in which the truth is known, and a project that audits it."""
