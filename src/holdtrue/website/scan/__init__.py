"""Scanning a website in a real browser, in every state of consent."""
