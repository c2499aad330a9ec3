"""App configuration."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """The room `intake`."""

    name = "intake"

    def ready(self) -> None:
        """Make known what can be talked about."""
        from intake.subjects import register_subjects

        register_subjects()
