"""The block on the server: middleware for ASGI and WSGI, and a reverse proxy, that hold a page to what its visitor agreed to.

Nothing in here needs Django, a database or a Holdtrue server: the standard library does, but for the proxy.
"""
