"""Business cases: terms, options, amounts by year, effort; and the approved case, frozen for good."""

from decimal import Decimal

import pghistory
import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Versioned
from intake.models.requests import Request
from portfolio.models.structure import money

MOST_YEARS = 40
MOST_LINES = 60
MOST_DRAWS = 50_000
"""So that the simulation of one option stays well under 300 ms and needs no job."""


class Terms(models.TextChoices):
    """Whether a rate or an amount includes inflation."""

    REAL = "real", _("Real (without inflation)")
    NOMINAL = "nominal", _("Nominal (with inflation)")


class Shape(models.TextChoices):
    """How the simulation draws between low, likely and high."""

    TRIANGULAR = "triangular", _("Triangular")
    PERT = "pert", _("PERT (leans on the likely figure)")


class LineKind(models.TextChoices):
    """What a line is; the words of `intake/formulas/cashflows.py`."""

    CAPITAL = "capital", _("Capital cost")
    REVENUE = "revenue", _("Running cost")
    BENEFIT = "benefit", _("Benefit")


@pghistory.track()
class BusinessCase(Versioned):
    """The terms on which a request is appraised, and what words alone can say. Amounts are in the request's currency.

    Rates are in per cent a year. Year 0 is `base_year`, a calendar year or the year in which a financial year starts
    (`first_month`); the case runs `years` years. `rate_low` and `rate_high` give the tornado a bar for the discount rate.
    """

    request = models.OneToOneField(Request, models.CASCADE, related_name="case", verbose_name=_("request"))
    base_year = models.PositiveSmallIntegerField(_("first year"), validators=[MinValueValidator(1990), MaxValueValidator(2200)])
    years = models.PositiveSmallIntegerField(
        _("number of years"), default=6, validators=[MinValueValidator(1), MaxValueValidator(MOST_YEARS)]
    )
    first_month = models.PositiveSmallIntegerField(
        _("month in which a year starts"), default=1, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    rate = models.DecimalField(_("discount rate, %"), max_digits=7, decimal_places=3, default=Decimal("3.5"))
    rate_terms = models.CharField(_("the rate is"), max_length=7, choices=Terms.choices, default=Terms.REAL)
    price_terms = models.CharField(_("the amounts are"), max_length=7, choices=Terms.choices, default=Terms.REAL)
    inflation = models.DecimalField(_("inflation, % a year"), max_digits=7, decimal_places=3, null=True, blank=True)
    rate_low = models.DecimalField(_("lowest rate, %"), max_digits=7, decimal_places=3, null=True, blank=True)
    rate_high = models.DecimalField(_("highest rate, %"), max_digits=7, decimal_places=3, null=True, blank=True)
    tax_note = models.CharField(_("tax"), max_length=200, blank=True)
    counts_effort = models.BooleanField(_("count the effort as a running cost"), default=False)
    shape = models.CharField(_("simulation draws"), max_length=10, choices=Shape.choices, default=Shape.TRIANGULAR)
    seed = models.PositiveIntegerField(_("seed"), default=1)
    draws = models.PositiveIntegerField(
        _("draws"), default=10_000, validators=[MinValueValidator(100), MaxValueValidator(MOST_DRAWS)]
    )
    summary = models.TextField(_("summary"), blank=True)
    risk_of_doing = models.TextField(_("risk of doing it"), blank=True)
    risk_of_not_doing = models.TextField(_("risk of not doing it"), blank=True)

    class Meta:
        verbose_name = _("business case")
        verbose_name_plural = _("business cases")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rate__gt=-100),
                name="case_rate_above_minus_100",
                violation_error_message=_("The discount rate must be above −100%."),
            ),
            models.CheckConstraint(
                condition=models.Q(inflation=None) | models.Q(inflation__gt=-100),
                name="case_inflation_above_minus_100",
                violation_error_message=_("Inflation must be above −100%."),
            ),
            models.CheckConstraint(
                condition=models.Q(rate_terms=models.F("price_terms")) | models.Q(inflation__isnull=False),
                name="case_inflation_where_terms_differ",
                violation_error_message=_("Rate and amounts are on different terms: say how high inflation is."),
            ),
            models.CheckConstraint(
                condition=models.Q(rate_low=None, rate_high=None)
                | models.Q(rate_low__gt=-100, rate_low__lte=models.F("rate"), rate_high__gte=models.F("rate")),
                name="case_rates_around_the_rate",
                violation_error_message=_(
                    "The discount rate must lie between the lowest and the highest rate; give both or none."
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(_("Business case"))

    @property
    def last_year(self) -> int:
        """The last year of the case."""
        return self.base_year + self.years - 1


@pghistory.track()
class CaseOption(Versioned):
    """One way to meet the need; to do nothing is one of them."""

    case = models.ForeignKey(BusinessCase, models.CASCADE, related_name="options", verbose_name=_("business case"))
    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("description"), blank=True)
    position = models.PositiveSmallIntegerField(_("place in the list"), default=0)
    is_do_nothing = models.BooleanField(_("this is doing nothing"), default=False)
    is_preferred = models.BooleanField(_("preferred"), default=False)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("option")
        verbose_name_plural = _("options")
        constraints = [
            models.UniqueConstraint(
                fields=["case", "name"],
                name="option_name_once_per_case",
                violation_error_message=_("Another option has this name."),
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(is_preferred=True),
                name="one_preferred_option",
                violation_error_message=_("Only one option can be preferred."),
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(is_do_nothing=True),
                name="one_do_nothing_option",
                violation_error_message=_("The case has an option of doing nothing already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class CaseLine(models.Model):
    """A cost or a benefit of an option over the years. Lines of one `group` move together in the tornado."""

    option = models.ForeignKey(CaseOption, models.CASCADE, related_name="lines", verbose_name=_("option"))
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=7, choices=LineKind.choices)
    is_cashable = models.BooleanField(
        _("cashable"), default=True, help_text=_("Money that leaves a budget, as against time saved or value to others.")
    )
    group = models.CharField(_("group"), max_length=60, blank=True)
    position = models.PositiveSmallIntegerField(_("place in the list"), default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("line of a business case")
        verbose_name_plural = _("lines of a business case")
        constraints = [
            models.UniqueConstraint(
                fields=["option", "name"],
                name="line_name_once_per_option",
                violation_error_message=_("Two lines have the same name."),
            )
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class CaseAmount(models.Model):
    """What a line amounts to in one year; `low` and `high` are empty for a figure without a range."""

    line = models.ForeignKey(CaseLine, models.CASCADE, related_name="amounts", verbose_name=_("line"))
    year = models.PositiveSmallIntegerField(_("year"))
    low = money(_("low"))
    likely = models.DecimalField(_("likely"), max_digits=18, decimal_places=2)
    high = money(_("high"))

    class Meta:
        ordering = ["year"]
        verbose_name = _("amount of a year")
        verbose_name_plural = _("amounts of a year")
        constraints = [
            models.UniqueConstraint(fields=["line", "year"], name="one_amount_a_year"),
            models.CheckConstraint(
                condition=models.Q(low=None, high=None) | models.Q(low__lte=models.F("likely"), high__gte=models.F("likely")),
                name="amount_low_likely_high",
                violation_error_message=_("Low must not be above likely, nor likely above high."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line}, {self.year}"


@pghistory.track()
class CaseRate(models.Model):
    """What an hour of a role costs in this case."""

    case = models.ForeignKey(BusinessCase, models.CASCADE, related_name="rates", verbose_name=_("business case"))
    role = models.CharField(_("role"), max_length=80)
    rate = models.DecimalField(_("rate an hour"), max_digits=10, decimal_places=2)

    class Meta:
        ordering = ["role"]
        verbose_name = _("rate of a role")
        verbose_name_plural = _("rates of roles")
        constraints = [
            models.UniqueConstraint(fields=["case", "role"], name="one_rate_a_role"),
            models.CheckConstraint(
                condition=models.Q(rate__gte=0),
                name="rate_of_role_not_negative",
                violation_error_message=_("A rate is not below zero."),
            ),
        ]

    def __str__(self) -> str:
        return self.role


@pghistory.track()
class CaseEffort(models.Model):
    """Hours of one role in one month (its first day) for an option."""

    option = models.ForeignKey(CaseOption, models.CASCADE, related_name="efforts", verbose_name=_("option"))
    role = models.CharField(_("role"), max_length=80)
    month_on = models.DateField(_("month"))
    hours = models.DecimalField(_("hours"), max_digits=9, decimal_places=2)

    class Meta:
        ordering = ["role", "month_on"]
        verbose_name = _("effort of a role")
        verbose_name_plural = _("effort of roles")
        constraints = [
            models.UniqueConstraint(fields=["option", "role", "month_on"], name="one_effort_a_month"),
            models.CheckConstraint(
                condition=models.Q(hours__gt=0),
                name="effort_above_zero",
                violation_error_message=_("Hours are above zero, or left empty."),
            ),
            models.CheckConstraint(condition=models.Q(month_on__day=1), name="effort_on_first_of_month"),
        ]

    def __str__(self) -> str:
        return f"{self.role}, {self.month_on:%Y-%m}"


@pghistory.track()
class ApprovedCase(models.Model):
    """A business case as it was put up for decision: inputs, figures, simulation. Never changed, never removed.

    `document` is what `intake/actions/case_documents.py:document_of` made. The columns are those of its preferred option
    that lists and "promised against now" read: undiscounted cost and benefit of the likely case, NPV, last year.
    """

    request = models.ForeignKey(Request, models.PROTECT, related_name="approved_cases", verbose_name=_("request"))
    number = models.PositiveSmallIntegerField(_("number"))
    option = models.CharField(_("preferred option"), max_length=120)
    currency = models.CharField(_("currency"), max_length=3)
    cost = models.DecimalField(_("cost"), max_digits=20, decimal_places=2)
    benefit = models.DecimalField(_("benefit"), max_digits=20, decimal_places=2)
    npv = models.DecimalField(_("net present value"), max_digits=20, decimal_places=2)
    last_year = models.PositiveSmallIntegerField(_("last year"))
    document = models.JSONField(_("case"))
    frozen_at = models.DateTimeField(_("frozen"))
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("frozen by")
    )

    class Meta:
        ordering = ["-number"]
        verbose_name = _("approved case")
        verbose_name_plural = _("approved cases")
        constraints = [models.UniqueConstraint(fields=["request", "number"], name="approved_case_number_once")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return str(_("Case %(number)d") % {"number": self.number})
