"""App configuration."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """The room `core`."""

    name = "core"

    def ready(self) -> None:
        """Lets search find attached files."""
        from core.actions.words import ACTIONS_IN_WORDS
        from core.history import name_actions
        from core.search import register_files

        register_files()
        name_actions(ACTIONS_IN_WORDS)
