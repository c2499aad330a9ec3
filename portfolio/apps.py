"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortfolioConfig(AppConfig):
    """The room `portfolio`."""

    name = "portfolio"

    def ready(self) -> None:
        """Make known what files can be loaded into, what can be talked about, and what search finds."""
        from accounts.access import RolesElsewhere, answer_roles_with
        from accounts.actions.people import Legacy, ask_before_disabling
        from core.history import name_actions
        from core.mail_topics import MailTopic, register
        from portfolio import milestone_imports, raid_imports, status_imports, structure_imports
        from portfolio.access import holders_of, roles_in_words
        from portfolio.actions.succession import hand_project_over, projects_left, words_of_projects
        from portfolio.actions.words import ACTIONS_IN_WORDS
        from portfolio.project_imports import register_targets
        from portfolio.search import register_sources
        from portfolio.subjects import register_subjects

        answer_roles_with(RolesElsewhere(told=roles_in_words, holders=holders_of))
        ask_before_disabling(Legacy(projects_left, words_of_projects, hand_project_over))
        register_targets()
        milestone_imports.register_targets()
        structure_imports.register_targets()
        status_imports.register_targets()
        raid_imports.register_targets()
        register_subjects()
        register_sources()
        name_actions(ACTIONS_IN_WORDS)
        register(
            MailTopic(
                "status_due", _("Status updates that I am to write"), _("Once a day while something is due."), may_stop=False
            ),
            MailTopic("status_missing", _("Updates that are missing on projects that report to me")),
            MailTopic("status_returned", _("An update of mine was returned")),
            MailTopic("status_review", _("Updates that wait for my review")),
            MailTopic(
                "change_asked",
                _("Changes that I am to decide"),
                _("When one is submitted, is due, or is overdue."),
                may_stop=False,
            ),
            MailTopic("change_decided", _("A change of mine was decided")),
            MailTopic("action_mine", _("An action became mine")),
            MailTopic(
                "registers_due",
                _("What I have to do in the registers is due"),
                _("Actions, issues, decisions, assumptions and reviews of risks: one mail a day at most."),
            ),
            MailTopic("dependency", _("Dependencies between my projects and others: offers, answers, deliveries")),
            MailTopic("escalation", _("A risk or issue is escalated to me, or one that I escalated is answered")),
        )
