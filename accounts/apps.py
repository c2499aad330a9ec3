"""App configuration."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The room `accounts`."""

    name = "accounts"

    def ready(self) -> None:
        """Lets the plumbing's own pages ask for rights, and search find people."""
        from accounts.access import may
        from accounts.actions.words import ACTIONS_IN_WORDS
        from accounts.imports import register_targets
        from accounts.search import register_sources
        from core.history import name_actions
        from core.rights import answer_with

        answer_with(may)
        register_sources()
        register_targets()
        name_actions(ACTIONS_IN_WORDS)
