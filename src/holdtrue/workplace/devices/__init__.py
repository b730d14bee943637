"""Devices: what they say about themselves, what that means, and the register of them."""
