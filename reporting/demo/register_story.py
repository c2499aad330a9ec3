"""One story through the registers of the demonstration: a risk of a project goes up, is shared, happens, becomes an issue; the
issue asks for a change, the board approves it, and the forecast moves. And what waits for somebody today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from portfolio.actions.changes import submit_change, vote_change
from portfolio.actions.dependencies import GIVER, RECEIVER, SIDES, move_dependency, offer_date, rate_dependency
from portfolio.actions.escalations import accept_escalation, offer_escalation
from portfolio.actions.raid import convert_entry, create_entry, edit_entry, move_entry
from portfolio.actions.responses import happen_risk
from portfolio.actions.shared_impacts import share_risk
from portfolio.actions.simulations import ask_simulation, run_simulation
from portfolio.models import Category, Entry, Project
from reporting.demo.people import People

HUNDRED_THOUSAND = Decimal(100_000)
CONTINGENCY = 15
"""Thousandths of the budget that a project holds in store, and some more."""


@dataclass(frozen=True)
class Stage:
    """Who and where: three projects of one portfolio."""

    projects: Sequence[Project]
    categories: dict[str, Category]
    people: People
    at: datetime

    @property
    def first(self) -> Project:
        """The project of which the story tells."""
        return self.projects[0]

    def ago(self, days: int) -> datetime:
        """A moment so many days ago."""
        return self.at - timedelta(days=days)

    def day(self, days: int) -> Any:
        """The day in so many days."""
        return timezone.localdate(self.at) + timedelta(days=days)

    def manager(self, project: Project) -> Any:
        """Who manages it."""
        return next(person for person in self.people.managers if person.pk == project.manager_id)


def tell_story(told: Sequence[Project], categories: dict[str, Category], people: People, at: datetime) -> None:
    """Tell it with three of the ICT portfolio's projects that have registers."""
    ict = [project for project in told if project.portfolio and project.portfolio.name == "ICT" and project.budget]
    stage = Stage(ict[:3], categories, people, at)
    for number, project in enumerate(told):
        if project.budget and number % 4:
            project.contingency = _part(project.budget, CONTINGENCY + 10 * (number % 5))
    Project.objects.bulk_update(told, ["contingency"])
    _happened(stage)
    _shared(stage)
    _waiting(stage, told)
    _contracts(stage)
    _simulation(stage)


def _part(amount: Decimal | None, thousandths: int) -> Decimal:
    """So many thousandths, to the hundred thousand."""
    part = (amount or Decimal(0)) * thousandths / 1000
    return max((part / HUNDRED_THOUSAND).quantize(Decimal(1)), Decimal(1)) * HUNDRED_THOUSAND


def _risk(stage: Stage, title: str, level: tuple[int, int], likely: Decimal, days_ago: int, **values: Any) -> Entry:
    likelihood, impact = level
    known = {
        "title": title,
        "impacts": {
            "inherent": {"cost": impact, "time": impact},
            "current": {"cost": impact, "time": impact},
            "target": {"cost": 2},
        },
        "inherent_likelihood": likelihood,
        "current_likelihood": likelihood,
        "target_likelihood": 2,
        "impact_low": likely / 2,
        "impact_likely": likely,
        "impact_high": likely * 2,
        "proximity": "near",
        "strategy": "reduce",
        "due_on": stage.day(20),
        "review_on": stage.day(3),
    }
    by = values.get("owner")
    return create_entry("risk", values=known | values, by=by, at=stage.ago(days_ago))


def _happened(stage: Stage) -> None:
    """Raised by a project, accepted by the portfolio, shared by three, happened, an issue, an approved change."""
    project, head, manager = stage.first, stage.people.head, stage.manager(stage.first)
    likely = _part(project.budget, 50)
    risk = _risk(
        stage, "The shared data centre closes before every service has moved", (3, 4), likely, 100,
        project=project, owner=manager, category=stage.categories["Supplier"],
        cause="The lease of the old data centre ends; its owner wants to build flats",
        effect="Services are carried by an interim host at a high price",
    )  # fmt: skip
    portfolio = project.portfolio
    assert portfolio is not None
    offer = offer_escalation(
        risk, to=portfolio, reason="Three projects stand in the same hall: one of us cannot settle this with its owner.",
        by=manager, at=stage.ago(70),
    )  # fmt: skip
    risk = accept_escalation(offer, by=head, at=stage.ago(64), words="We talk to the owner for all three.", owner=head)
    for number, other in enumerate(stage.projects[1:]):
        amount = _part(other.budget, 20 + 15 * number)
        values = {"impact": 3 - number, "impact_low": amount / 2, "impact_likely": amount, "impact_high": amount * 2}
        note = ("Two test environments", "The archive only")[number]
        share_risk(risk, other, values=values | {"note": note}, by=head, at=stage.ago(63))
    risk = Entry.objects.get(pk=risk.pk)
    risk = edit_entry(risk, changes={"current_likelihood": 5}, version=risk.version, by=head, at=stage.ago(30))
    issue = happen_risk(
        risk, reason="The owner gave notice for the end of the quarter.", fate="", makes_issue=True, by=head,
        at=stage.ago(24), severity=4,
    )  # fmt: skip
    issue = edit_entry(issue, changes={"due_on": stage.day(30)}, version=issue.version, by=head, at=stage.ago(24))
    move_entry(issue, "start", by=head, at=stage.ago(22))
    change = convert_entry(
        issue, "change", by=head, at=stage.ago(20),
        values={
            "title": "Interim hosting until every service has moved",
            "portfolio": None,
            "project": project,
            "owner": manager,
            "reason": "The old data centre closes nine months early. Without an interim host four services stop.",
            "cost_change": _part(project.budget, 120),
            "finish_change": 75,
            "scope_impact": "None: the same services move, in two steps.",
            "risk_impact": f"Ends {risk.reference}; a second move brings its own cut-over risk.",
            "options": [
                {"name": "Interim host", "text": "Dearer, no service stops", "cost": str(_part(project.budget, 120)), "days": 75},
                {"name": "Move everything at once", "text": "Cheaper; two services stop for weeks", "cost": "0", "days": 20},
            ],
        },
    )  # fmt: skip
    change = submit_change(change, by=manager, at=stage.ago(18))
    board = stage.people.board
    change = vote_change(change, choice="approve", by=board, at=stage.ago(9), reason="Four services must not stop.")
    vote_change(change, choice="approve", by=head, at=stage.ago(6), reason="The second option is no option for the public.")
    create_entry(
        "action",
        values={
            "title": "Sign the contract with the interim host",
            "project": project,
            "owner": manager,
            "due_on": stage.day(2),
        },
        by=head,
        at=stage.ago(5),
    )


def _shared(stage: Stage) -> None:
    """A risk of the portfolio that stands, shared by three projects with different impacts; one that is offered to it today; one
    that is confidential."""
    project, head, manager = stage.first, stage.people.head, stage.manager(stage.first)
    risk = _risk(
        stage, "One supplier works for three projects and overreaches itself", (4, 4), _part(project.budget, 40), 45,
        portfolio=project.portfolio, currency=project.currency, owner=head, category=stage.categories["Supplier"],
        cause="The same supplier won three tenders in one year",
        effect="The same architects are promised three times",
    )  # fmt: skip
    for number, other in enumerate(stage.projects):
        amount = _part(other.budget, 40 - 15 * number)
        values = {"impact": 4 - number, "impact_low": amount / 2, "impact_likely": amount, "impact_high": amount * 2}
        share_risk(risk, other, values=values, by=head, at=stage.ago(44))
    offered = _risk(
        stage, "The security standard changes in the middle of the build", (3, 4), _part(project.budget, 18), 30,
        project=project, owner=manager, category=stage.categories["Legislation"],
        cause="The standard is under review", effect="What is tested already is tested again",
    )  # fmt: skip
    reason = "Every project of the portfolio has to meet the standard."
    offer_escalation(offered, to=project.portfolio, reason=reason, by=manager, at=stage.ago(2))  # type: ignore[arg-type]
    _risk(
        stage, "The supplier may be taken over before the contract is signed", (3, 5), _part(project.budget, 25), 12,
        project=project, owner=manager, is_confidential=True, category=stage.categories["Supplier"],
        cause="Talks that are not public", effect="The offer is withdrawn",
    )  # fmt: skip


def _waiting(stage: Stage, told: Sequence[Project]) -> None:
    """A change that the demonstration's sponsor decides, and one that the board decides."""
    sponsor = stage.people.sponsors[0]
    sponsored = next((one for one in told if one.sponsor_id == sponsor.pk and one.budget and one != stage.first), stage.first)
    for project, title, part, days in (
        (sponsored, "A second pilot region", 45, 30),
        (stage.projects[2], "Accessible forms for all services", 130, 90),
    ):
        manager = stage.manager(project)
        values = {
            "title": title,
            "project": project,
            "owner": manager,
            "reason": "Users of the first pilot asked for it, and the law asks for it from next year.",
            "cost_change": _part(project.budget, part),
            "finish_change": days,
            "benefits_change": _part(project.budget, part * 2),
            "quality_impact": "Fewer defects after go-live.",
        }
        change = create_entry("change", values=values, by=manager, at=stage.ago(8))
        change = submit_change(change, by=manager, at=stage.ago(4))
    vote_change(change, choice="approve", by=stage.people.head, at=stage.ago(1), reason="It saves more than it costs.")


def _contracts(stage: Stage) -> None:
    """A circle of three, and contracts of the first project in every state."""
    a, b, c = stage.projects
    for receiver, giver, what in (
        (b, a, "Final data model"),
        (c, b, "Message formats, version 3"),
        (a, c, "Test data that nobody can recognise themselves in"),
    ):
        agreed = _contract(stage, what, receiver, giver, 90)
        _move(stage, agreed, "agree", 20, day=stage.day(70))
    late = _contract(stage, "Network links to the branch offices", a, b, 40)
    late = _move(stage, late, "agree", 40, day=stage.day(35))
    late = _move(stage, late, "endanger", 6, reason="Two of nine exchanges have no free lines.")
    late = rate_dependency(late, side=GIVER, rag="amber", sides=SIDES)
    late = rate_dependency(late, side=RECEIVER, rag="red", sides=SIDES)
    offer_date(
        late, side=GIVER, day=stage.day(61), reason="The last two exchanges are free by then.", sides={GIVER},
        by=stage.manager(b), at=stage.ago(3),
    )  # fmt: skip
    given = _move(stage, _contract(stage, "Sign-in for staff", a, c, 10), "agree", 60, day=stage.day(5))
    _move(stage, given, "deliver", 4, day=stage.day(-4))
    over = _move(stage, _contract(stage, "Training rooms in the north", c, a, -20), "agree", 60, day=stage.day(5))
    over = _move(stage, over, "deliver", 30, day=stage.day(-30))
    _move(stage, over, "accept", 25)
    _move(stage, _contract(stage, "A shared test laboratory", b, c, 30), "break", 7, reason="Its budget was cut.")


def _contract(stage: Stage, what: str, receiver: Project, giver: Project, needed: int) -> Entry:
    manager = stage.manager(receiver)
    values = {
        "title": what,
        "project": receiver,
        "giver": giver,
        "owner": manager,
        "acceptance": "Both architects have signed",
        "due_on": stage.day(needed),
    }
    return create_entry("dependency", values=values, by=manager, at=stage.ago(70))


def _move(stage: Stage, entry: Entry, verb: str, days_ago: int, **values: Any) -> Entry:
    return move_dependency(entry, verb, sides=SIDES, by=stage.manager(entry.dependency.giver), at=stage.ago(days_ago), **values)


def _simulation(stage: Stage) -> None:
    """What the portfolio's risks may cost, asked and made last night."""
    portfolio = stage.first.portfolio
    made = ask_simulation(
        scope=portfolio, currency=stage.first.currency, by=stage.people.head, at=stage.ago(1), confidence=80, seed=2026
    )
    run_simulation(simulation_id=made.pk, clock=lambda: stage.at)
