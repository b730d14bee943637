"""Composition: settings, addresses, the ASGI app, the worker, the demo. Nothing here decides."""
