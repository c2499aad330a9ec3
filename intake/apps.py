"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntakeConfig(AppConfig):
    """The room `intake`."""

    name = "intake"

    def ready(self) -> None:
        """Make known what can be talked about, what search finds, what files can be loaded, and what its actions are called."""
        from accounts.actions.people import Legacy, ask_before_disabling
        from core.history import name_actions
        from core.mail_topics import MailTopic, register
        from intake.actions.succession import hand_request_over, requests_left, words_of_requests
        from intake.actions.words import ACTIONS_IN_WORDS
        from intake.case_imports import register_targets as register_cases
        from intake.imports import register_targets
        from intake.search import register_sources
        from intake.subjects import register_subjects
        from intake.views.additions import register_additions

        ask_before_disabling(Legacy(requests_left, words_of_requests, hand_request_over))
        register_subjects()
        register_sources()
        register_targets()
        register_cases()
        register_additions()
        name_actions(ACTIONS_IN_WORDS)
        register(MailTopic("request", _("A request that I asked for or follow moves on")))
