"""Register entries: what all registers share, how entries hang together, and the small registers' own fields.

An entry is one row of `Entry` (reference, title, scope, owner, state …) and one row of its kind's own table with the same key
(`entry.risk`, `entry.issue` …; docs/adr/0011-registers.md). The kinds with more to them have files of their own: `risks`,
`dependencies`, `changes`.
"""

from typing import Any

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from core.models import Versioned
from portfolio.models.raid_visibility import EntryQuerySet
from portfolio.models.structure import Portfolio, Programme, Project, money
from portfolio.registers import KINDS, MEANINGS, OPPORTUNITY_STRATEGIES, STATES, THREAT_STRATEGIES, Kind, State


@pghistory.track()
class Category(Versioned):
    """A category of the registers, for example Technical or Commercial. Categories form a tree.

    `appetite` is the highest score (likelihood × impact) of a threat that the organisation bears without acting; empty: that of
    the category above, or none.
    """

    name = models.CharField(_("name"), max_length=120)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    appetite = models.PositiveSmallIntegerField(_("appetite, highest score"), null=True, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        constraints = [
            models.UniqueConstraint(
                "parent",
                Upper("name"),
                name="category_name_once_in_parent",
                nulls_distinct=False,
                violation_error_message=_("A category of this name exists here already."),
            ),
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("pk")),
                name="category_not_in_itself",
                violation_error_message=_("A category cannot be part of itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track(exclude=["search", "further"])
class Entry(Versioned):
    """One entry of a register. Its scope is exactly one of portfolio, programme and project; amounts are in `currency`.

    `status` and `is_open` move together (`portfolio/registers.py`); `rank` (0 to 100) says how much it weighs, for sorting;
    `further` holds the texts of the kind's own table for search; `outcome` is how it ended.
    """

    kind = models.CharField(_("register"), max_length=10, choices=[(kind.key, kind.noun) for kind in KINDS.values()])
    reference = models.CharField(_("reference"), max_length=12, unique=True)
    title = models.CharField(_("title"), max_length=300)
    description = models.TextField(_("description"), blank=True)
    portfolio = models.ForeignKey(
        Portfolio, models.PROTECT, null=True, blank=True, related_name="entries", verbose_name=_("portfolio")
    )
    programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, blank=True, related_name="entries", verbose_name=_("programme")
    )
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="entries", verbose_name=_("project")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="owned_entries", verbose_name=_("owner")
    )
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("raised by")
    )
    raised_on = models.DateField(_("raised"))
    due_on = models.DateField(_("due"), null=True, blank=True)
    review_on = models.DateField(_("next review"), null=True, blank=True)
    status = models.CharField(_("state"), max_length=12, choices=STATES)
    is_open = models.BooleanField(_("open"), default=True)
    closed_on = models.DateField(_("closed"), null=True, blank=True)
    outcome = models.TextField(_("outcome"), blank=True)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="entries", verbose_name=_("category")
    )
    tags = ArrayField(models.CharField(max_length=50), default=list, blank=True, verbose_name=_("tags"))
    is_confidential = models.BooleanField(
        _("confidential"),
        default=False,
        help_text=_("Only its owner, who raised it, who follows it, and who leads its project, programme or portfolio see it."),
    )
    currency = models.CharField(_("currency"), max_length=3, default="GBP")
    rank = models.PositiveSmallIntegerField(_("weight"), default=0, editable=False)
    further = models.TextField(blank=True, editable=False)
    custom = models.JSONField(_("further fields"), default=dict, blank=True)
    source = models.CharField(_("imported from"), max_length=255, blank=True)

    search = models.GeneratedField(
        expression=SearchVector("reference", "title", weight="A", config="english")
        + SearchVector("description", weight="B", config="english")
        + SearchVector("further", "outcome", weight="C", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("register entry")
        verbose_name_plural = _("register entries")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(portfolio__isnull=False, programme=None, project=None)
                | models.Q(portfolio=None, programme__isnull=False, project=None)
                | models.Q(portfolio=None, programme=None, project__isnull=False),
                name="entry_one_scope",
                violation_error_message=_("Choose exactly one portfolio, programme or project."),
            ),
            models.CheckConstraint(
                condition=models.Q(is_open=True, closed_on=None) | models.Q(is_open=False, closed_on__isnull=False),
                name="entry_closed_on_when_closed",
            ),
            models.CheckConstraint(
                condition=models.Q(currency__regex=r"^[A-Z]{3}$"),
                name="entry_currency_code",
                violation_error_message=_("A currency is three capital letters, such as GBP."),
            ),
        ]
        indexes = [
            # A register's page: the open ones, the weightiest first. It holds what the rules of access and the filters read, so
            # that counting thousands touches no row: rows are wide, and lie a page apart.
            models.Index(
                fields=["kind", "is_open", "-rank", "id"],
                include=[
                    "is_confidential",
                    "project",
                    "programme",
                    "portfolio",
                    "status",
                    "owner",
                    "category",
                    "due_on",
                    "review_on",
                    "raised_on",
                ],
                name="entry_register",
            ),
            # The registers whose order is the day: what is due next.
            models.Index(fields=["kind", "is_open", "due_on", "id"], name="entry_register_due"),
            # What is open on a project, by kind: project page, update, pack.
            models.Index(fields=["project", "kind"], condition=models.Q(is_open=True), name="entry_open_on_project"),
            # A person's own list and reminders, the most urgent first.
            models.Index(fields=["owner", "due_on"], condition=models.Q(is_open=True), name="entry_open_of_owner"),
            # Changes that wait for a decision, the most urgent first: who decides is asked only of the first ones.
            models.Index(
                fields=["due_on", "id"], condition=models.Q(kind="change", status="submitted"), name="entry_change_waiting"
            ),
            # The few confidential ones: whose they are is asked on every page.
            models.Index(
                fields=["id"],
                include=["owner", "raised_by", "project", "programme", "portfolio"],
                condition=models.Q(is_confidential=True),
                name="entry_confidential",
            ),
            # Full-text search over all registers.
            GinIndex(fields=["search"], name="entry_search"),
            # Search with typing mistakes, and similar titles on import.
            GinIndex(OpClass(Upper("title"), name="gin_trgm_ops"), name="entry_title_trigram"),
            # Search by the beginning of a reference.
            GinIndex(OpClass(Upper("reference"), name="gin_trgm_ops"), name="entry_reference_trigram"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def register(self) -> Kind:
        """The register it is in."""
        return KINDS[self.kind]

    @property
    def state(self) -> State:
        """The state it is in, with its words."""
        return KINDS[self.kind].state(self.status)

    @property
    def scope(self) -> "Portfolio | Programme | Project":
        """What it belongs to; read with `select_related`."""
        return self.project or self.programme or self.portfolio  # type: ignore[return-value]

    @property
    def detail(self) -> Any:
        """The row of its kind's own table; read with `select_related(kind)`."""
        return getattr(self, self.kind)


def own_entry(kind: str) -> Any:
    """The key of a kind's own table: that of its entry."""
    return models.OneToOneField(Entry, models.CASCADE, primary_key=True, related_name=kind, verbose_name=_("entry"))


@pghistory.track()
class EntryLink(models.Model):
    """How two entries hang together: the source causes, mitigates, duplicates, blocks or became the target."""

    source = models.ForeignKey(Entry, models.CASCADE, related_name="links_out", verbose_name=_("from"))
    target = models.ForeignKey(Entry, models.CASCADE, related_name="links_in", verbose_name=_("to"))
    meaning = models.CharField(_("meaning"), max_length=10, choices=[(key, words[0]) for key, words in MEANINGS.items()])
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made"))

    class Meta:
        ordering = ["meaning", "pk"]
        verbose_name = _("link")
        verbose_name_plural = _("links")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "target", "meaning"],
                name="entry_link_once",
                violation_error_message=_("They are linked like this already."),
            ),
            models.CheckConstraint(
                condition=~models.Q(source=models.F("target")),
                name="entry_not_linked_to_itself",
                violation_error_message=_("An entry cannot be linked to itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.meaning} {self.target_id}"


@pghistory.track()
class EntryWatcher(models.Model):
    """Who follows an entry: is told what happens to it, and sees it while it is confidential."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="watchers", verbose_name=_("entry"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person"))

    class Meta:
        verbose_name = _("follower")
        constraints = [models.UniqueConstraint(fields=["entry", "user"], name="entry_watched_once")]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.user_id}"


class EntryReminder(models.Model):
    """A reminder of an entry that went out to its owner, so that it goes out once. `day` it was due on; `step` 0 before or on that
    day, 1 when it was overdue, 2 and more for the weeks after."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="+", verbose_name=_("entry"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person"))
    day = models.DateField()
    step = models.PositiveSmallIntegerField()
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "user", "day", "step"], name="entry_reminder_once")]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.day} {self.step}"


class Offer(models.Model):
    """Something offered with a reason, which the other side answers; subclasses say which `answer` there may be."""

    reason = models.TextField(_("reason"))
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("offered by"))
    offered_at = models.DateTimeField(_("offered"))
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    words = models.TextField(_("answer in words"), blank=True)

    class Meta:
        abstract = True
        ordering = ["-offered_at", "-pk"]


@pghistory.track()
class Escalation(Offer):
    """An entry offered to a programme or portfolio, which accepts it (it moves there, its project stays linked) or returns it."""

    class Answer(models.TextChoices):
        """What became of the offer."""

        OFFERED = "offered", _("Offered")
        ACCEPTED = "accepted", _("Accepted")
        RETURNED = "returned", _("Returned")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="escalations", verbose_name=_("entry"))
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("from the project")
    )
    from_programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("from the programme")
    )
    programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("to the programme")
    )
    portfolio = models.ForeignKey(
        Portfolio, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("to the portfolio")
    )
    is_for_office = models.BooleanField(
        _("to the office"), default=False, help_text=_("Nobody nearer saw it: the portfolio office answers.")
    )
    answer = models.CharField(_("answer"), max_length=9, choices=Answer.choices, default=Answer.OFFERED)

    class Meta(Offer.Meta):
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        constraints = [
            models.UniqueConstraint(
                fields=["entry"],
                condition=models.Q(answer="offered"),
                name="escalation_one_open",
                violation_error_message=_("It is offered already; wait for the answer or withdraw the offer."),
            ),
            models.CheckConstraint(
                condition=models.Q(programme__isnull=False, portfolio=None) | models.Q(programme=None, portfolio__isnull=False),
                name="escalation_one_target",
                violation_error_message=_("Choose one programme or portfolio."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} → {self.programme or self.portfolio}"


class Severity(models.IntegerChoices):
    """How bad an issue is."""

    LOW = 1, _("Low")
    MEDIUM = 2, _("Medium")
    HIGH = 3, _("High")
    CRITICAL = 4, _("Critical")


@pghistory.track()
class Issue(models.Model):
    """What an issue has of its own. Time to resolve is from `raised_on` to `closed_on`."""

    entry = own_entry("issue")
    severity = models.PositiveSmallIntegerField(_("severity"), choices=Severity.choices, default=Severity.MEDIUM)
    impact = models.TextField(_("impact"), blank=True)

    class Meta:
        verbose_name = _("issue")
        verbose_name_plural = _("issues")

    def __str__(self) -> str:
        return str(self.entry_id)


@pghistory.track()
class Assumption(models.Model):
    """What an assumption has of its own; it is to be validated by `due_on`."""

    entry = own_entry("assumption")
    consequence = models.TextField(_("if it is false"), blank=True)

    class Meta:
        verbose_name = _("assumption")
        verbose_name_plural = _("assumptions")

    def __str__(self) -> str:
        return str(self.entry_id)


@pghistory.track()
class Decision(models.Model):
    """What a decision has of its own. `options` is [{"name", "text"}]: what was considered."""

    entry = own_entry("decision")
    options = models.JSONField(_("options considered"), default=list, blank=True)
    chosen = models.TextField(_("decision"), blank=True)
    rationale = models.TextField(_("rationale"), blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_on = models.DateField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")

    def __str__(self) -> str:
        return str(self.entry_id)


@pghistory.track()
class Action(models.Model):
    """What an action has of its own. One that answers a risk (`about`, with a `strategy`) is a response: what it costs, and by
    how many percentage points and how much money it lowers (an opportunity: raises) probability and impact once it is done."""

    entry = own_entry("action")
    about = models.ForeignKey(
        Entry, models.PROTECT, null=True, blank=True, related_name="actions", verbose_name=_("what it is about")
    )
    strategy = models.CharField(
        _("response strategy"), max_length=8, blank=True, choices=list((THREAT_STRATEGIES | OPPORTUNITY_STRATEGIES).items())
    )
    cost = money(_("cost of the response"))
    probability_effect = models.DecimalField(
        _("effect on the probability, percentage points"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    impact_effect = money(_("effect on the impact"))

    class Meta:
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(about=models.F("entry")),
                name="action_not_about_itself",
                violation_error_message=_("An action cannot be about itself."),
            ),
            models.CheckConstraint(
                condition=models.Q(probability_effect=None) | models.Q(probability_effect__range=(0, 100)),
                name="action_probability_effect",
                violation_error_message=_("The effect on the probability is 0 to 100 percentage points."),
            ),
            models.CheckConstraint(
                condition=(models.Q(impact_effect=None) | models.Q(impact_effect__gte=0))
                & (models.Q(cost=None) | models.Q(cost__gte=0)),
                name="action_amounts_not_negative",
                violation_error_message=_("Amounts of a response are not negative."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.entry_id)
