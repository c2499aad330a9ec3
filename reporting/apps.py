"""App configuration."""

from django.apps import AppConfig


class ReportingConfig(AppConfig):
    """The room `reporting`."""

    name = "reporting"

    def ready(self) -> None:
        """Say what the recorded actions are called."""
        from core.history import name_actions
        from reporting.actions.words import ACTIONS_IN_WORDS

        name_actions(ACTIONS_IN_WORDS)
