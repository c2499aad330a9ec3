"""App configuration."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """The room `core`."""

    name = "core"
