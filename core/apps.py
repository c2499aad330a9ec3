"""App configuration."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


def keep_tables(using: str, **_rest: Any) -> None:
    """After a migration: no table of history can be emptied at once."""
    from core.triggers import keep_whole

    keep_whole(using)


class CoreConfig(AppConfig):
    """The room `core`."""

    name = "core"

    def ready(self) -> None:
        """Lets search find attached files, keeps history whole after migrations."""
        from core.actions.words import ACTIONS_IN_WORDS
        from core.history import name_actions
        from core.mail_topics import MailTopic, register
        from core.search import register_talk

        post_migrate.connect(keep_tables, sender=self)
        register_talk()
        name_actions(ACTIONS_IN_WORDS)
        register(MailTopic("mention", _("Somebody mentions me in a comment")))
