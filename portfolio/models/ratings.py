"""Rating values shared by updates, assurance and milestones."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Rag(models.TextChoices):
    """RAG status. Grey: not started or no data. Blue: complete."""

    RED = "red", _("Red")
    AMBER = "amber", _("Amber")
    GREEN = "green", _("Green")
    BLUE = "blue", _("Complete")
    GREY = "grey", _("No data")


class Confidence(models.TextChoices):
    """Delivery confidence as assured by the PMO."""

    GREEN = "green", _("Green")
    AMBER = "amber", _("Amber")
    RED = "red", _("Red")
    EXEMPT = "exempt", _("Exempt")
