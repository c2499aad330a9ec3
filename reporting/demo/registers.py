"""Registers of the demonstration: categories, and what the projects of two portfolios have in them, months back to today."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from core.history import recorded
from core.references import next_references
from portfolio.actions.raid import DETAILS
from portfolio.actions.risks import LEVELS, current_scale, exposure_now, settle_risk
from portfolio.formulas.scales import Scale
from portfolio.models import Category, Entry, EntryLink, Project, RiskReading
from portfolio.registers import KINDS
from reporting.demo.people import People
from reporting.demo.register_story import tell_story

CATEGORIES: dict[str, tuple[int | None, tuple[str, ...]]] = {
    "Commercial": (12, ("Supplier", "Procurement")),
    "Technical": (12, ("Integration", "Legacy systems")),
    "People": (9, ()),
    "External": (15, ("Planning consent", "Legislation")),
    "Safety": (4, ()),
}


@dataclass(frozen=True)
class Told:
    """A risk as it is told: levels inherent, current, target as (likelihood, impact); the likely amount in thousandths of the
    budget."""

    title: str
    cause: str
    effect: str
    category: str
    levels: tuple[tuple[int, int], tuple[int, int], tuple[int, int]]
    share: int
    strategy: str
    response: str = ""
    sign: str = "threat"
    group: str = ""


RISKS: dict[str, Sequence[Told]] = {
    "ICT": (
        Told("The old system cannot be switched off on the planned day", "Interfaces that nobody documented", "Both systems run side by side for months", "Legacy systems", ((4, 4), (4, 3), (2, 3)), 40, "reduce", "Trace every interface with its owner"),
        Told("The supplier loses its lead architects", "A short market for the skill", "Design decisions wait, the build slips", "Supplier", ((4, 3), (3, 3), (2, 2)), 15, "transfer", "Agree named deputies in the contract"),
        Told("Data of poor quality is carried over", "Twenty years of free-text fields", "Staff correct records by hand after go-live", "Integration", ((5, 3), (4, 4), (2, 3)), 25, "reduce", "Cleanse the three worst tables before the rehearsal"),
        Told("A security test finds what must be rebuilt", "The test comes late in the plan", "Go-live moves by a quarter", "Technical", ((3, 5), (3, 5), (2, 4)), 30, "reduce", "Bring the first test forward to the pilot"),
        Told("Licences cost less than budgeted", "A framework of another department", "Money for the second release", "Procurement", ((3, 3), (4, 3), (5, 3)), 12, "exploit", "Join the framework before it closes", "opportunity"),
        Told("Cloud prices rise", "The provider's new price list", "Running costs above the case", "Supplier", ((3, 3), (3, 2), (2, 2)), 10, "accept", "", "threat", "prices"),
        Told("Users keep to their spreadsheets", "Nobody asked the branch offices", "Benefits come a year late", "People", ((4, 3), (3, 3), (2, 2)), 22, "reduce", "Two pilots in branch offices"),
        Told("The identity service is not ready", "It is built by another programme", "No sign-in at go-live", "Integration", ((3, 4), (3, 4), (2, 4)), 16, "reduce", "Keep the old sign-in as a fallback"),
        Told("The framework contract ends before the build does", "Its term was set four years ago", "The last release is tendered anew", "Procurement", ((3, 4), (2, 4), (1, 4)), 28, "avoid", "Extend by a year before March"),
        Told("Testers leave for better pay", "The market pays a fifth more", "Defects are found after go-live", "People", ((3, 3), (4, 3), (2, 3)), 9, "reduce", "Agree retention pay until go-live"),
        Told("An early release pays for itself", "Two regions are ready", "Savings start half a year sooner", "External", ((2, 4), (3, 4), (4, 4)), 18, "enhance", "Train the two regions first", "opportunity"),
        Told("A change in the law makes rules obsolete", "A bill before parliament", "A third of the rules is written again", "Legislation", ((3, 4), (3, 4), (2, 3)), 20, "reduce", "Keep the rules in tables, not in code"),
    ),
    "Infrastructure and Construction": (
        Told("Steel and concrete become dearer", "World market prices", "The frame costs more than tendered", "Supplier", ((4, 5), (4, 4), (3, 3)), 60, "transfer", "Fix prices for the main packages", "threat", "prices"),
        Told("Planning consent comes late", "Objections at the inquiry", "The start moves into winter", "Planning consent", ((4, 4), (3, 4), (2, 4)), 35, "reduce", "Offer the community a second design round"),
        Told("The ground is worse than surveyed", "Few boreholes at the north end", "Foundations are redesigned", "Technical", ((3, 4), (2, 4), (1, 4)), 45, "reduce", "Drill twelve more boreholes"),
        Told("A serious accident on site", "Night work beside the running line", "People are hurt; the site is closed", "Safety", ((3, 5), (2, 5), (1, 5)), 20, "avoid", "No night work beside open lines"),
        Told("Too few electricians in the region", "Three projects build at once", "Fit-out waits", "People", ((4, 3), (4, 3), (3, 2)), 18, "reduce", "Agree the order of work with the neighbours", "threat", "labour"),
        Told("A shared haul road saves lorry miles", "The neighbour builds a year earlier", "Earthworks cost less", "External", ((2, 3), (3, 3), (4, 3)), 14, "enhance", "Sign the agreement with the neighbour", "opportunity"),
        Told("Protected species on the route", "Surveys of one summer only", "Work stops from March to August", "Planning consent", ((3, 4), (3, 4), (2, 3)), 24, "reduce", "Survey a second summer, move the ponds early"),
        Told("Utilities lie where no plan shows them", "Plans of the fifties", "Diversions nobody priced", "Technical", ((4, 3), (4, 3), (2, 3)), 26, "reduce", "Trial holes at every crossing"),
        Told("The main contractor claims for delay", "Access was given six weeks late", "A claim before the adjudicator", "Supplier", ((3, 4), (3, 4), (2, 3)), 38, "reduce", "Settle the account of the first stage now"),
        Told("Interest on the financing rises", "Rates of the central bank", "The financing costs more", "External", ((3, 3), (3, 3), (2, 3)), 30, "transfer", "Fix the rate for ten years", "threat", "prices"),
        Told("A flood at the site compound", "The river comes up every few winters", "Plant is lost, six weeks of cleaning", "Safety", ((2, 4), (2, 4), (1, 3)), 12, "transfer", "Insure, and move the store uphill"),
        Told("Spoil can be sold to the port", "The port raises its quays", "Disposal becomes income", "Commercial", ((2, 4), (3, 4), (4, 4)), 16, "exploit", "Agree the price before excavation", "opportunity"),
    ),
}  # fmt: skip

ISSUES = (
    ("The test environment has been down for a week", 3, "The rehearsal cannot start."),
    ("The design approval is late", 2, "Two teams wait for it."),
    ("A subcontractor is insolvent", 4, "Work on its package stops until another one is found."),
    ("Staff of the service desk were not trained", 2, "Calls go to the project team."),
    ("The survey of the north end has to be repeated", 3, "Design of two structures stands still."),
    ("Two of five interfaces fail under load", 3, "The rehearsal is cut to three."),
    ("The landlord refuses the works licence", 2, "Cabling waits."),
    ("The sponsor's office asks for a new business case", 3, "Funding of the next stage is on hold."),
    ("Invoices of the supplier do not match deliveries", 1, "Two people check them by hand."),
)
ASSUMPTIONS = (
    ("The department pays for the second year", "Half of the benefits fall away."),
    ("The neighbouring project hands over in spring", "The integration test moves by three months."),
    ("The law is passed before the summer", "The service starts without its legal ground, or late."),
    ("Prices rise by no more than three per cent a year", "The contingency is spent on prices alone."),
    ("Users accept one sign-in for all services", "A second sign-in is built and supported."),
    ("The old building is free of asbestos", "Eight weeks of clearing before work starts."),
    ("The supplier keeps its team for all three stages", "Each stage begins with two months of learning."),
)
DECISIONS = (
    ("One release or two?", "Two releases", "Half of the users get what they need a year earlier; the cost is 4% higher.", (("One release", "Cheaper, a year later"), ("Two releases", "4% dearer, half of the benefits a year earlier"))),
    ("Keep the old archive readable?", "Keep it for ten years", "The law asks for seven; auditors asked for ten.", (("Migrate all", "£2m"), ("Keep it readable", "£0.3m a year"))),
    ("Who runs the service after go-live?", "", "", (("In house", "Twelve posts"), ("The supplier", "Dearer, ready now"))),
)  # fmt: skip
ACTIONS = (
    "Invite the unions to the design review",
    "Close the audit points of the last gate",
    "Write the plan for the cut-over weekend",
    "Find a deputy for the architect",
    "Check the insurance of the site compound",
    "Send the draft contract to legal",
    "Agree the handover with operations",
    "Ask the sponsor for a decision on scope",
    "Update the forecast after the tender",
    "Book the rooms for user tests",
)
NEEDS = (
    ("Data centre space for the pilot", "Twelve racks, power tested"),
    ("The new identity service in production", "Accepted by the security officer"),
    ("Access to the haul road", "Surveyed, lit, insured"),
    ("Interface specification, version 2", "Signed by both architects"),
    ("Trained testers", "Eight people for six weeks"),
    ("The survey of the shared corridor", "Points every five metres, checked"),
    ("A clean extract of customer addresses", "Less than one per cent returned"),
    ("Possession of the line for four weekends", "Confirmed by the operator"),
)  # fmt: skip


@dataclass
class Book:
    """Entries that are written together, in a statement a table: one by one they would be most of the first start."""

    at: datetime
    scale: Scale
    entries: list[Entry] = field(default_factory=list)
    readings: list[RiskReading] = field(default_factory=list)
    links: list[EntryLink] = field(default_factory=list)

    def add(
        self, kind: str, title: str, project: Project, owner: Any, *, days_ago: int, own: Mapping[str, Any], **values: Any
    ) -> Entry:
        """Note an entry raised so many days ago; `own` are the fields of its kind's own table."""
        entry = Entry(kind=kind, title=title, project=project, owner=owner, raised_by=owner, currency=project.currency)
        entry.status, entry.raised_on = KINDS[kind].first, timezone.localdate(self.at - timedelta(days=days_ago))
        for name, value in values.items():
            setattr(entry, name, value)
        setattr(entry, kind, DETAILS[kind](entry=entry, **own))
        entry.further = "\n".join(filter(None, (str(getattr(entry.detail, name) or "") for name in entry.register.further)))
        self.entries.append(entry)
        return entry

    def read(self, entry: Entry, days_ago: int) -> None:
        """Note how a risk stood so many days ago."""
        risk = entry.risk
        settle_risk(entry, risk, at=self.at, scale=self.scale)
        levels = {name: getattr(risk, name) for name in LEVELS}
        exposure = exposure_now(risk, self.scale)
        self.readings.append(RiskReading(entry=entry, at=self.at - timedelta(days=days_ago), exposure=exposure, **levels))

    def write(self) -> None:
        """Write everything that was noted."""
        for kind, register in KINDS.items():
            rows = [entry for entry in self.entries if entry.kind == kind]
            for entry, reference in zip(rows, next_references(register.prefix, len(rows)) if rows else [], strict=True):
                entry.reference = reference
        Entry.objects.bulk_create(self.entries)
        for kind, table in DETAILS.items():
            details = [entry.detail for entry in self.entries if entry.kind == kind]
            for detail in details:
                detail.entry_id = detail.entry.pk
            table.objects.bulk_create(details)
        RiskReading.objects.bulk_create(self.readings)
        EntryLink.objects.bulk_create(self.links)


def load_registers(projects: Sequence[Project], people: People, at: datetime) -> None:
    """Categories, and entries for some thirty projects: raised over five months, moved, some closed."""
    chance = random.Random(11)  # noqa: S311 - a demonstration
    chosen = [
        project for project in projects if not project.is_confidential and project.portfolio and project.portfolio.name in RISKS
    ]
    first = [project for project in chosen if project.manager_id == people.managers[0].pk]
    rest = [project for project in chosen if project not in first]
    ict = [project for project in rest if project.portfolio.name == "ICT"]  # type: ignore[union-attr]
    told = [*first, *ict[:12], *[project for project in rest if project not in ict][:12]]
    managers = {person.pk: person for person in people.managers}
    with recorded("reporting.demo.loaded", job="load_demo"):
        categories = _categories()
        book = Book(at, current_scale())
        for number, project in enumerate(told):
            _project(book, project, number, managers[project.manager_id], categories, chance)  # type: ignore[index]
        _dependencies(book, told, managers, chance)
        book.write()
    tell_story(told, categories, people, at)


def _categories() -> dict[str, Category]:
    found: dict[str, Category] = {}
    for name, (appetite, inside) in CATEGORIES.items():
        found[name] = Category.objects.create(name=name, appetite=appetite)
        for one in inside:
            found[one] = Category.objects.create(name=one, parent=found[name])
    return found


def _project(
    book: Book, project: Project, number: int, manager: Any, categories: Mapping[str, Category], chance: random.Random
) -> None:
    kinds = RISKS[project.portfolio.name]  # type: ignore[union-attr]
    risks = [_risk(book, project, one, manager, categories, chance) for one in chance.sample(list(kinds), 3)]
    today = timezone.localdate(book.at)

    def make(kind: str, title: str, days_ago: int, due: int, **own: Any) -> Entry:
        return book.add(kind, title, project, manager, days_ago=days_ago, own=own, due_on=today + timedelta(days=due))

    title, severity, impact = ISSUES[number % len(ISSUES)]
    issue = make("issue", title, 10 + number, 12 - number, severity=severity, impact=impact)
    issue.rank = 25 * severity
    if number % 4 == 1:
        _end(issue, "resolved", today - timedelta(days=3), "Solved together with the supplier.")
    elif number % 4 == 2:
        book.links.append(EntryLink(source=risks[0], target=issue, meaning="causes", made_by=manager, made_at=book.at))
    title, consequence = ASSUMPTIONS[number % len(ASSUMPTIONS)]
    make("assumption", title, 60, 20 + 3 * number, consequence=consequence)
    title, taken, rationale, options = DECISIONS[number % len(DECISIONS)]
    own: dict[str, Any] = {"options": [{"name": name, "text": text} for name, text in options]}
    if taken:
        on = today - timedelta(days=20)
        own |= {"chosen": taken, "rationale": rationale, "decided_by": project.sponsor or manager, "decided_on": on}
    entry = make("decision", title, 45, 9 + number, **own)
    if taken:
        _end(entry, "decided", today - timedelta(days=20))
    make("action", ACTIONS[number % len(ACTIONS)], 14, 5 - number % 9)


def _end(entry: Entry, status: str, on: date, outcome: str = "") -> None:
    entry.status, entry.is_open, entry.closed_on, entry.outcome = status, False, on, outcome


def _risk(
    book: Book, project: Project, told: Told, manager: Any, categories: Mapping[str, Category], chance: random.Random
) -> Entry:
    """A risk raised months ago at its inherent rating, re-rated since; with its response."""
    (il, ii), (cl, ci), (tl, ti) = told.levels
    likely = _rounded((project.budget or Decimal(200_000_000)) * told.share / 1000)
    today = timezone.localdate(book.at)
    raised = chance.randint(70, 150)
    entry = book.add(
        "risk",
        told.title,
        project,
        manager,
        days_ago=raised,
        category=categories[told.category],
        review_on=today + timedelta(days=chance.randint(-10, 40)),
        own={
            "sign": told.sign,
            "cause": told.cause,
            "effect": told.effect,
            "impacts": {"inherent": {"cost": ii}, "current": {"cost": ii}, "target": {"cost": ti}},
            "inherent_likelihood": il,
            "current_likelihood": il,
            "target_likelihood": tl,
            "impact_low": likely / 2,
            "impact_likely": likely,
            "impact_high": likely * 2,
            "correlation_group": told.group,
            "proximity": chance.choice(["imminent", "near", "medium", "far"]),
            "strategy": told.strategy,
        },
    )
    book.read(entry, raised)
    moved = chance.randint(5, 50)
    entry.risk.current_likelihood = cl
    entry.risk.impacts = {"inherent": {"cost": ii}, "current": {"cost": ci}, "target": {"cost": ti}}
    book.read(entry, moved)
    if told.response:
        entry.status = "treating"
        worth = {"cost": _rounded(likely / 20), "probability_effect": Decimal(20), "impact_effect": _rounded(likely / 4)}
        due = today + timedelta(days=chance.randint(-8, 60))
        own = {"about": entry, "strategy": told.strategy} | worth
        book.add("action", told.response, project, manager, days_ago=moved, own=own, due_on=due, category=entry.category)
    return entry


def _rounded(amount: Decimal) -> Decimal:
    """To the hundred thousand, as people estimate."""
    step = Decimal(100_000)
    return max((amount / step).quantize(Decimal(1)) * step, step)


def _dependencies(book: Book, projects: Sequence[Project], managers: Mapping[int, Any], chance: random.Random) -> None:
    """Give and get between neighbours: most in time, some too late, many agreed."""
    today = timezone.localdate(book.at)
    for number, receiver in enumerate(projects[1:22]):
        giver = projects[number // 2 if number % 3 else (number * 5) % len(projects)]
        if giver == receiver:
            continue
        what, acceptance = NEEDS[number % len(NEEDS)]
        needed = today + timedelta(days=60 + 14 * number)
        own: dict[str, Any] = {"giver": giver, "receiver": receiver, "acceptance": acceptance}
        manager = managers[receiver.manager_id]  # type: ignore[index]
        entry = book.add("dependency", what, receiver, manager, days_ago=40, own=own, due_on=needed)
        if number % 4:
            entry.status = "agreed"
            entry.dependency.committed_on = needed - timedelta(days=chance.choice([-20, 5, 14, 30]))
