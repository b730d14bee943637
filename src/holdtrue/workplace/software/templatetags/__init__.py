"""Words of the pages of software."""
