"""Membership: a role held on one portfolio, programme or project."""

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Grant
from core.models import Versioned


@pghistory.track()
class Membership(Grant, Versioned):
    """A role on exactly one portfolio (with all in it), programme (with its projects) or project. Its days are edited on a project;
    elsewhere it is only given and taken."""

    HISTORY_NAME = "user"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("person"))
    portfolio = models.ForeignKey(
        "portfolio.Portfolio", models.CASCADE, null=True, blank=True, related_name="memberships", verbose_name=_("portfolio")
    )
    programme = models.ForeignKey(
        "portfolio.Programme", models.CASCADE, null=True, blank=True, related_name="memberships", verbose_name=_("programme")
    )
    project = models.ForeignKey(
        "portfolio.Project", models.CASCADE, null=True, blank=True, related_name="memberships", verbose_name=_("project")
    )

    class Meta:
        ordering = ["role", "pk"]
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            Grant.dates_in_order("membership_dates_in_order"),
            models.CheckConstraint(
                condition=models.Q(portfolio__isnull=False, programme=None, project=None)
                | models.Q(portfolio=None, programme__isnull=False, project=None)
                | models.Q(portfolio=None, programme=None, project__isnull=False),
                name="membership_one_scope",
                violation_error_message=_("A membership is on one portfolio, programme or project."),
            ),
            models.UniqueConstraint(
                fields=["user", "role", "portfolio", "programme", "project"],
                name="membership_once",
                nulls_distinct=False,
                violation_error_message=_("This person holds the role here already."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_role_display()
