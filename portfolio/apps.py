"""App configuration."""

from django.apps import AppConfig


class PortfolioConfig(AppConfig):
    """The room `portfolio`."""

    name = "portfolio"
