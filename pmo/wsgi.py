"""WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pmo.settings")
application = get_wsgi_application()
# The addresses, and with them every view, form and serializer: a second of computing that the first visitor of each new process
# would wait for, and memory that the processes share when it is loaded before they are forked.
get_resolver().reverse_dict  # noqa: B018 - it is made when it is asked for
