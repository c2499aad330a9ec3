"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    """The room `core`."""

    name = "core"

    def ready(self) -> None:
        """Lets search find attached files."""
        from core.actions.words import ACTIONS_IN_WORDS
        from core.history import name_actions
        from core.mail_topics import MailTopic, register
        from core.search import register_files

        register_files()
        name_actions(ACTIONS_IN_WORDS)
        register(MailTopic("mention", _("Somebody mentions me in a comment")))
