"""Consent: the banner, the block, the intake and the record."""
