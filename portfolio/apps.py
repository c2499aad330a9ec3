"""App configuration."""

from django.apps import AppConfig


class PortfolioConfig(AppConfig):
    """The room `portfolio`."""

    name = "portfolio"

    def ready(self) -> None:
        """Make known what files can be loaded into."""
        from portfolio.imports import register_targets

        register_targets()
