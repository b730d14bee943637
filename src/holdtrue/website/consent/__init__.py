"""Consent on our websites: the banner that visitors load (its build stands under `static/consent`), records and proof."""
