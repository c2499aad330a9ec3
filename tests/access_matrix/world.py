"""What addresses point to: `World`, made once, and what stands for each part of an address."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core import signing
from django.utils import timezone

from accounts.models import RoleGrant, SignIn, User
from core.models import Notification, SavedView
from intake.models import FormVersion, ProjectTemplate, RequestObjective
from portfolio.actions.raid_letters import SALT
from portfolio.models import (
    ApprovalDelegation,
    ApprovalRoute,
    Category,
    ExternalIdentifier,
    HealthThreshold,
    Milestone,
    Objective,
    Project,
    ProjectObjective,
)
from portfolio.registers import KINDS
from tests import factories
from tests.cast import Cast

Argument = Callable[["World", Project], Any]


@dataclass
class World:
    """Rows that addresses point to: `of(project)` gives those of one project, by noun."""

    cast: Cast
    shared: dict[str, Any]
    sets: dict[int, dict[str, Any]] = field(default_factory=dict)

    @property
    def projects(self) -> tuple[Project, Project, Project]:
        """Own, other, confidential."""
        return self.cast.own, self.cast.other, self.cast.confidential

    def of(self, project: Project) -> dict[str, Any]:
        """The rows that hang on this project, and those that hang on none."""
        return self.shared | self.sets[project.pk]


def make_world(cast: Cast) -> World:
    """One row of every kind that has an address of its own: one of each for each project of the cast."""
    world = World(cast, shared_rows(cast))
    # The other side of their dependencies: the reader of one side is never told about it.
    partner = factories.project("Zanzibar canary, partner", manager=cast.director, is_confidential=True)
    for project, asker in zip(world.projects, (cast.requester, cast.director, cast.director), strict=True):
        world.sets[project.pk] = rows_of_project(world, project, partner, asker)
    # On a project that most of the cast see: nobody of it stands on these.
    factories.confidential_entries(world.sets[cast.other.pk], partner, "Zanzibar canary", cast.director)
    return world


def shared_rows(cast: Cast) -> dict[str, Any]:
    """One row of every kind that hangs on no project, by noun."""
    calendar, portfolio = factories.calendar(), factories.portfolio("Whole office")
    kind = factories.request_type("Ideas of citizens", is_public=True)
    question = {"key": "one", "label": "One question?", "kind": "yes_no"}
    document = {"steps": [{"key": "step", "title": "A step", "questions": [question]}]}
    rows = {
        "calendar": calendar,
        "period": factories.period(calendar),
        "series": calendar.series,
        "portfolio": portfolio,
        "programme": factories.programme("All works"),
        "unit": factories.unit("Works"),
        "public_type": kind,
        "form_draft": FormVersion.objects.create(type=kind, number=2, document=document),
        "objective": Objective.objects.create(name="Warmer homes"),
        "comment": factories.comment(cast.own, cast.pmo_head),
        "notification": Notification.objects.create(
            user=cast.pmo_head, key="one", text="Look", url="/", created_at=timezone.now()
        ),
        "view": SavedView.objects.create(user=cast.pmo_head, page="portfolio:project-list", name="Reds", query="rating=red"),
        "user": cast.director,
        "template": ProjectTemplate.objects.create(name="Usual"),
        "threshold": HealthThreshold.objects.create(tier=1),
        "route": ApprovalRoute.objects.create(position=10, name="All", approver="board"),
        "delegation": ApprovalDelegation.objects.create(
            user=cast.sponsor, delegate=cast.director, starts_on=timezone.localdate(), ends_on=timezone.localdate()
        ),
        "mail": factories.mail(),
        "import": factories.import_job(),
        "grant": RoleGrant.objects.create(user=cast.director, role="requester"),
        "membership": factories.member(cast.director, "board_member", portfolio=portfolio),
        "category": Category.objects.create(name="Technical"),
        "simulation": factories.simulation(cast.board_member),
        "auditor_session": SignIn.objects.create(user=cast.auditor, session_key="gone", at=timezone.now()),
        "auditor_token": factories.token(cast.auditor)[0],
    }
    return rows | factories.report(cast.pmo_head) | factories.selection(cast.pmo_head)


def rows_of_project(world: World, project: Project, partner: Project, asker: User) -> dict[str, Any]:
    """One row of every kind that hangs on a project, by noun."""
    shared, director, title = world.shared, world.cast.director, f"{project.title} delivers"
    asked = factories.request(
        f"{project.title} asked for", by=asker, state="screening", is_confidential=project.is_confidential
    )
    rows = {
        "project": project,
        "milestone": Milestone.objects.create(project=project, title=title, planned_on=shared["period"].ends_on),
        "duty": factories.duty(project, shared["calendar"]),
        "attachment": factories.attachment(project, director),
        "member": factories.member(director, "project_manager", project=project),
        "identifier": ExternalIdentifier.objects.create(project=project, system="Finance", value=title),
        "update": factories.update(project, shared["period"]),
        "request": asked,
    }
    ProjectObjective.objects.create(project=project, objective=shared["objective"], weight=10)
    RequestObjective.objects.create(request=asked, objective=shared["objective"], weight=10)
    return (
        rows
        | factories.contracts(project, partner, director)
        | factories.risks(project, shared["programme"], director)
        | factories.change_requests(project, director)
        | factories.register_entries(project, partner, director)
        | factories.business_case(asked)
        | factories.scored(asked, world.cast.board_member, world.cast.pmo_head)
        | factories.conversion(asked, project, director)
        | factories.decision(asked, director)
    )


def pk(noun: str) -> Argument:
    """The primary key of the row of this noun."""
    return lambda world, project: world.of(project)[noun].pk


def nobodys_link() -> str:
    """A link that we signed for somebody who is not there: its page opens, and does nothing."""
    return signing.dumps({"entry": 0, "person": 0, "state": "open", "version": 0}, salt=SALT)


def reference(noun: str) -> Argument:
    """The reference of the row of this noun."""
    return lambda world, project: world.of(project)[noun].reference


def fixed(value: Any) -> Argument:
    """The same for every project."""
    return lambda world, project: value


# What stands in an address: "room:name.key" first, then "room:topic.key", then the bare key.
ARGUMENTS: dict[str, Argument] = {
    "reference": reference("project"),
    "intake:request.reference": reference("request"),
    "intake:request-condition.pk": pk("condition"),
    "intake:request-record.pk": pk("decision"),
    "intake:request.pk": pk("decision"),
    "intake:case.reference": reference("request"),
    "intake:case.pk": pk("option"),
    "intake:template.pk": pk("template"),
    "intake:case.number": lambda world, project: 1,
    "intake:request-score.pk": pk("assessment"),
    "intake:request-score.reviewer": pk("reviewer"),
    "intake:request-score.criterion": pk("criterion"),
    "intake:review.pk": pk("reviewer"),
    "intake:model.pk": pk("scoring_model"),
    "intake:model.number": lambda world, project: 1,
    "intake:model.kind": lambda world, project: "rice",
    "intake:version.pk": pk("draft_version"),
    "intake:criterion.pk": pk("draft_criterion"),
    "intake:group.pk": pk("group"),
    "intake:weighting.pk": pk("weighting"),
    "intake:weighting.judge": pk("judge"),
    "intake:judge.pk": pk("judge"),
    "intake:round.pk": pk("round"),
    "api:request.reference": reference("request"),
    "api:scoring-model.pk": pk("scoring_model"),
    "api:assessment.pk": pk("assessment"),
    "api:review.pk": pk("reviewer"),
    "api:round.pk": pk("round"),
    "api:case.reference": reference("request"),
    "api:decision.pk": pk("decision"),
    "api:condition.pk": pk("condition"),
    "api:draft.pk": pk("draft_version"),
    "api:weighting.pk": pk("weighting"),
    "api:judging.pk": pk("judge"),
    "api:request-type.pk": pk("public_type"),
    "api:request-type-link.pk": pk("public_type"),
    "api:form.kind": pk("public_type"),
    "api:form.number": fixed(2),
    "api:meeting.pk": pk("meeting"),
    "api:agenda.pk": pk("item"),
    "api:template.pk": pk("template"),
    "intake:entry.pk": pk("round"),
    "intake:entry.entry": pk("entry"),
    "intake:meeting.pk": pk("meeting"),
    "intake:item.pk": pk("meeting"),
    "intake:item.item": pk("item"),
    "intake:type.pk": pk("public_type"),
    "portfolio:portfolio.reference": reference("portfolio"),
    "portfolio:programme.reference": reference("programme"),
    "portfolio:update.pk": pk("update"),
    "portfolio:update.period": pk("period"),
    "portfolio:milestone.pk": pk("milestone"),
    "portfolio:objective.pk": pk("objective"),
    "portfolio:change.reference": reference("change"),
    "portfolio:dependency.reference": reference("dependency"),
    "portfolio:dependency-offer.pk": pk("offer"),
    "portfolio:member.pk": pk("member"),
    "core:view.pk": pk("view"),
    "portfolio:calendar.pk": pk("calendar"),
    "portfolio:period.pk": pk("period"),
    "core:mail.pk": pk("mail"),
    "reporting:schedule.pk": pk("schedule"),
    "reporting:run.pk": pk("run"),
    "api:schedule.pk": pk("schedule"),
    "api:run.pk": pk("run"),
    "api:edition.pk": pk("edition"),
    "api:mail.pk": pk("mail"),
    "reporting:edition.pk": pk("edition"),
    "core:import.pk": pk("import"),
    "accounts:user.pk": pk("user"),
    "accounts:unit.pk": pk("unit"),
    "portfolio:entry.what": lambda world, project: "scope",
    **{f"portfolio:{kind}.reference": reference(f"entry_{kind}") for kind in KINDS if kind not in ("dependency", "change")},
    **{f"portfolio:{kind}.pk": pk(f"link_{kind}") for kind in KINDS},
    **{f"api:raid-{kind}.reference": reference(f"entry_{kind}") for kind in KINDS},
    **{f"api:raid-{kind}.link": pk(f"link_{kind}") for kind in KINDS},
    "api:route.pk": pk("route"),
    "api:delegation.pk": pk("delegation"),
    "api:category.pk": pk("category"),
    "api:portfolio.reference": reference("portfolio"),
    "api:programme.reference": reference("programme"),
    "api:update.pk": pk("update"),
    "api:milestone.pk": pk("milestone"),
    "api:membership.pk": pk("member"),
    "api:scoped-role.pk": pk("membership"),
    "api:user.pk": pk("user"),
    "api:grant.pk": pk("grant"),
    "api:unit.pk": pk("unit"),
    "api:objective.pk": pk("objective"),
    "api:calendar.pk": pk("calendar"),
    "api:import.pk": pk("import"),
    "portfolio:simulation.pk": pk("simulation"),
    "api:simulation.pk": pk("simulation"),
    "api:comment.pk": pk("comment"),
    "api:attachment.pk": pk("attachment"),
    "kind": lambda world, project: "project",
    "core:comment.pk": pk("comment"),
    "core:mention.pk": pk("project"),
    "core:attachment.pk": pk("attachment"),
    "core:notification.pk": pk("notification"),
    "extension": lambda world, project: "csv",
}
