"""Holdtrue makes an organisation's policies hold true, and proves it."""

__version__ = "0.1.0"
