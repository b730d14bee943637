"""Software: what is approved, and what of it is installed."""
