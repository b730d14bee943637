"""Django as WSGI, mounted by the ASGI app."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "holdtrue.server.settings")
application = get_wsgi_application()
