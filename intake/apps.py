"""App configuration."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """The room `intake`."""

    name = "intake"

    def ready(self) -> None:
        """Make known what can be talked about, what search finds, and what its actions are called."""
        from core.history import name_actions
        from intake.actions.words import ACTIONS_IN_WORDS
        from intake.search import register_sources
        from intake.subjects import register_subjects

        register_subjects()
        register_sources()
        name_actions(ACTIONS_IN_WORDS)
