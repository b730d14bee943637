"""Settings that are watched: what was agreed for each device, and what changed since (WB-AST-7)."""
