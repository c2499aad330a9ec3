"""App configuration."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """The room `core`."""

    name = "core"

    def ready(self) -> None:
        """Lets search find attached files."""
        from core.search import register_files

        register_files()
