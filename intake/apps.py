"""App configuration."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """The room `intake`."""

    name = "intake"

    def ready(self) -> None:
        """Make known what can be talked about."""
        from core.history import name_actions
        from intake.actions.words import ACTIONS_IN_WORDS
        from intake.subjects import register_subjects

        register_subjects()
        name_actions(ACTIONS_IN_WORDS)
