"""Who may reach which address: plain data that `test_access_matrix.py` holds every page, partial, export and API route to.

A new address needs one line in ROWS, unless a prefix in DEFAULTS already says the right thing. A row says what
right the address asks for; `accounts/roles.py` says which roles hold it. Kinds of row:

- `public()`             also without signing in
- `everyone()`           every signed-in person (what it shows is filtered by rights)
- `own()`                every signed-in person, on what is theirs; changes only what is theirs
- `office(action)`       those who hold `action` everywhere; others get 403 (or 404)
- `project(action)`      those who hold `action` on the project of the address: 404 unseen, 403 seen but not allowed
- `request(action)`      those who hold `action` on the request of the address; "own" is the requester's own

Options of every kind: `method="post"` (the default is GET), `arguments={"pk": lambda world, project: …}` where the names in
ARGUMENTS do not fit, `query="format=csv"`, `data={…}` to post, `roles={…}` to say outright who gets through, `unseen=400`
where an unseen project is named in the body. What is posted may be made from the world too: `data={"project": reference("project")}`.
Several rows for one name are fine (GET and PATCH of one API route). Objects come from `World`, made once.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core import signing
from django.utils import timezone

from accounts.models import RoleGrant, SignIn
from accounts.roles import ROLES
from core.models import Notification, SavedView
from intake.models import FormVersion, ProjectTemplate, RequestObjective
from portfolio.actions.raid_letters import SALT
from portfolio.models import ApprovalDelegation, ApprovalRoute, Category, HealthThreshold, Milestone, Objective, Project
from portfolio.registers import KINDS
from tests import factories
from tests.cast import Cast

Argument = Callable[["World", Project], Any]


@dataclass(frozen=True)
class Row:
    """What one address (and method) asks for."""

    kind: str
    action: str = ""
    method: str = "get"
    arguments: dict[str, Argument] = field(default_factory=dict)
    query: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    roles: frozenset[str] | None = None
    unseen: int = 404


def row(kind: str, action: str = "", **options: Any) -> Row:
    """A row; see the top of this file for the options."""
    if "roles" in options:
        options["roles"] = frozenset(options["roles"])
    return Row(kind, action, **options)


def public(**options: Any) -> Row:
    """Also without signing in."""
    return row("public", **options)


def everyone(**options: Any) -> Row:
    """Every signed-in person."""
    return row("everyone", **options)


def own(**options: Any) -> Row:
    """Every signed-in person, on what is theirs; with `roles=`, only they own the row of the address."""
    return row("own", **options)


def office(action: str, **options: Any) -> Row:
    """Those who hold the action everywhere."""
    return row("office", action, **options)


def project(action: str = "project.view", **options: Any) -> Row:
    """Those who hold the action on the project that the address is about."""
    return row("project", action, **options)


def request(action: str = "request.view", **options: Any) -> Row:
    """Those who hold the action on the request that the address is about."""
    return row("request", action, **options)


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
    calendar = factories.calendar()
    period = factories.period(calendar)
    portfolio = factories.portfolio("Whole office")
    shared = {
        "calendar": calendar,
        "period": period,
        "series": calendar.series,
        "portfolio": portfolio,
        "programme": factories.programme("All works"),
        "unit": factories.unit("Works"),
        "public_type": factories.request_type("Ideas of citizens", is_public=True),
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
    shared |= factories.report(cast.pmo_head)
    question = {"key": "one", "label": "One question?", "kind": "yes_no"}
    document = {"steps": [{"key": "step", "title": "A step", "questions": [question]}]}
    FormVersion.objects.create(type=shared["public_type"], number=2, document=document)
    world = World(cast, shared)
    world.shared |= factories.selection(cast.pmo_head)
    # The other side of their dependencies: the reader of one side is never told about it.
    partner = factories.project("Zanzibar canary, partner", manager=cast.director, is_confidential=True)
    asked_by = dict(zip(world.projects, (cast.requester, cast.director, cast.director), strict=True))
    for project in world.projects:
        title = f"{project.title} delivers"
        world.sets[project.pk] = {
            "project": project,
            "milestone": Milestone.objects.create(project=project, title=title, planned_on=period.ends_on),
            "duty": factories.duty(project, calendar),
            "attachment": factories.attachment(project, cast.director),
            "member": factories.member(cast.director, "project_manager", project=project),
            "update": factories.update(project, period),
            "request": factories.request(
                f"{project.title} asked for", by=asked_by[project], state="screening", is_confidential=project.is_confidential
            ),
        }
        RequestObjective.objects.create(request=world.sets[project.pk]["request"], objective=shared["objective"], weight=10)
        world.sets[project.pk] |= factories.contracts(project, partner, cast.director)
        world.sets[project.pk] |= factories.risks(project, shared["programme"], cast.director)
        world.sets[project.pk] |= factories.change_requests(project, cast.director)
        world.sets[project.pk] |= factories.register_entries(project, partner, cast.director)
        world.sets[project.pk] |= factories.business_case(world.sets[project.pk]["request"])
        world.sets[project.pk] |= factories.scored(world.sets[project.pk]["request"], cast.board_member, cast.pmo_head)
        world.sets[project.pk] |= factories.conversion(world.sets[project.pk]["request"], project, cast.director)
        world.sets[project.pk] |= factories.decision(world.sets[project.pk]["request"], cast.director)
    # On a project that most of the cast see: nobody of it stands on these.
    factories.confidential_entries(world.sets[cast.other.pk], partner, "Zanzibar canary", cast.director)
    return world


def pk(noun: str) -> Argument:
    """The primary key of the row of this noun."""
    return lambda world, project: world.of(project)[noun].pk


def nobodys_link() -> str:
    """A link that we signed for somebody who is not there: its page opens, and does nothing."""
    return signing.dumps({"entry": 0, "person": 0, "state": "open", "version": 0}, salt=SALT)


def reference(noun: str) -> Argument:
    """The reference of the row of this noun."""
    return lambda world, project: world.of(project)[noun].reference


# What stands in an address: "room:topic.name" first, then the bare name.
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
    "api:user.pk": pk("user"),
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

# For addresses without a row of their own; the first pattern that fits. A page that lets in fewer or more people than its
# default says fails the test, and wants a row.
DEFAULTS: list[tuple[str, Row]] = [
    ("portfolio:milestone-*", project("milestone.edit")),
    ("portfolio:member-*", project("member.manage")),
    ("portfolio:project-*", project()),
    ("portfolio:update-*", project("status.view")),
    ("intake:request-*", request()),
    ("intake:case-*", request("request.edit")),
    ("intake:type-*", office("intake.manage")),
    ("core:mail-*", office("mail.view")),
    ("core:import-*", office("import.run")),
    ("reporting:schedule-*", office("report.view")),
    ("reporting:run-*", office("report.view")),
]

# The first move of each register that anybody who edits there may make; None: each has an address of its own.
FIRST_MOVES = {
    "risk": "treat",
    "issue": "start",
    "assumption": "confirm",
    "decision": "drop",
    "action": "start",
    "dependency": None,
}
FIRST_MOVES |= {"change": "withdraw"}
WRITERS = {"project_manager", "pmo_analyst", "pmo_head"}


def fixed(value: Any) -> Argument:
    """The same for every project."""
    return lambda world, project: value


def register_rows(kind: str) -> dict[str, Row | list[Row]]:
    """The pages and the API of one register."""
    edit, verb, becomes = "register.edit", FIRST_MOVES[kind], KINDS[kind].becomes[0]
    page, api = f"portfolio:{kind}", f"api:raid-{kind}"
    # "dependency" is made with the other side, "entry_dependency" by `register_entries`: links and the like hang on the latter.
    mine: dict[str, Any] = {"reference": reference(f"entry_{kind}")}
    linked = {"meaning": "relates", "target": reference("entry_issue" if kind == "risk" else "entry_risk")}
    values = {"title": "New", "project": reference("project")}
    values |= {"giver": lambda world, project: world.cast.own.reference} if kind == "dependency" else {}
    move = office(edit, method="post", roles=set(), arguments=mine | {"verb": fixed("agree")})
    return {
        f"{page}-list": everyone(),
        f"{page}-create": office(edit, roles=WRITERS),
        f"{page}-rows": office(edit, roles=WRITERS),
        f"{page}-detail": project(arguments=mine),
        f"{page}-edit": project(edit, arguments=mine),
        f"{page}-history": project("history.view", arguments=mine),
        f"{page}-move": project(edit, method="post", arguments=mine | {"verb": fixed(verb)}) if verb else move,
        f"{page}-convert": project(edit, method="post", arguments=mine | {"to": fixed(becomes)}),
        f"{page}-link": project(edit, method="post", arguments=mine, data=linked),
        f"{page}-unlink": project(edit, method="post", arguments=mine),
        f"{page}-follow": project("comment.write", method="post", arguments=mine),
        f"{api}-list": [everyone(), project(edit, method="post", data=values, unseen=400)],
        f"{api}-detail": [project(), project(edit, method="patch")],
        f"{api}-comments": [project(), project("comment.write", method="post", data={"text": "Hello"})],
        f"{api}-attachments": [project(), project("attachment.write", method="post")],
        f"{api}-moves": project(),
        f"{api}-move": project(edit, method="post", data={"verb": verb or "withdraw", "reason": "Enough."}),
        f"{api}-convert": project(edit, method="post", data={"kind": becomes}),
        f"{api}-links": [
            project(),
            project(edit, method="post", data={"meaning": "relates", "other": linked["target"]}),
        ],
        f"{api}-unlink": project(edit, method="delete"),
        f"{api}-follow": [project("comment.write", method="post"), project("comment.write", method="delete")],
        f"{api}-escalations": [
            project(),
            project(edit, method="post", data={"to": "PRG-9999", "reason": "Too large."}),
        ],
        f"{api}-escalation": project(
            "register.accept",
            method="post",
            data={"answer": "accept"},
            arguments={"reference": reference("offered")},
            roles={"pmo_analyst", "pmo_head"},
        )
        if kind == "risk"
        else office(edit, method="post", roles=set()),
        f"{api}-rows": row("everyone", method="post", data={"scope": reference("project"), "rows": [{"title": "One"}]}),
        f"{api}-several": project(
            edit, method="post", data={"references": lambda w, p: [w.of(p)[f"entry_{kind}"].reference], "tag": "x"}
        ),
    }


ROWS: dict[str, Row | list[Row]] = {
    "home": everyone(),
    **{name: row for kind in KINDS for name, row in register_rows(kind).items()},
    "portfolio:entry-find": everyone(),
    "portfolio:entry-bulk": project(
        "register.edit", method="post", unseen=403, data={"action": "risk", "tag": "x", "pk": pk("entry_risk")}
    ),
    "portfolio:decision-decide": project("register.edit"),
    "api:category-list": [everyone(), office("register.manage", method="post", data={"name": "New"})],
    "api:category-detail": [everyone(), office("register.manage", method="patch")],
    "api:risk-scale-list": [everyone(), office("register.manage", method="post")],
    "api:risk-scale-preview": office("register.manage", method="post"),
    "api:raid-risk-shared": [
        project(),
        office("register.edit", method="post", arguments={"reference": reference("shared_risk")}),
    ],
    "api:raid-risk-impact": [
        project(
            "register.edit",
            arguments={"reference": reference("shared_risk"), "impact": pk("shared_impact")},
            roles={"pmo_analyst", "pmo_head"},
            method=method,
        )
        for method in ("patch", "delete")
    ],
    "api:raid-risk-readings": project(),
    "api:raid-change-approval": project(arguments={"reference": reference("change")}),
    "api:raid-change-vote": project(
        "change.decide",
        roles={"board_member", "pmo_head"},
        arguments={"reference": reference("change")},
        method="post",
        data={"choice": "approve"},
    ),
    "api:raid-change-record": project(arguments={"reference": reference("change")}),
    "api:raid-change-record-retry": project("register.edit", method="post", arguments={"reference": reference("change")}),
    "api:route-list": [office("register.manage"), office("register.manage", method="post")],
    "api:route-detail": [office("register.manage", method=method) for method in ("get", "patch", "delete")],
    "api:route-adopt": office("register.manage", method="post"),
    "api:delegation-list": [
        everyone(),
        row(
            "everyone",
            method="post",
            data={"delegate": "nobody@example.org"},
            roles={"project_manager", "sponsor", "board_member", "pmo_head", "administrator"},
        ),
    ],
    "api:delegation-detail": own(method="delete", roles={"sponsor", "pmo_head", "administrator"}),
    "portfolio:dependency-map": everyone(),
    "portfolio:dependency-matrix": everyone(),
    # "dependency" is what the project gets, "gift" what it gives: each side makes its own moves.
    **{f"portfolio:dependency-{verb}": project("register.edit") for verb in ("accept", "return", "withdraw", "reopen")},
    **{f"portfolio:dependency-{verb}": project("register.edit") for verb in ("endanger", "restore", "break", "offer")},
    **{
        f"portfolio:dependency-{verb}": project("register.edit", arguments={"reference": reference("gift")})
        for verb in ("agree", "deliver", "rate-giver")
    },
    "portfolio:dependency-rate-receiver": project("register.edit"),
    "api:raid-dependency-rate": project("register.edit", method="post", data={"side": "receiver", "rag": "green"}),
    "api:raid-dependency-offers": [
        project(),
        project("register.edit", method="post", data={"side": "receiver", "offered_on": "2030-01-01", "reason": "Later."}),
    ],
    "api:raid-dependency-answer": project(
        "register.edit",
        method="post",
        data={"answer": "accept"},
        arguments={"reference": reference("dependency"), "offer": pk("offer")},
    ),
    "portfolio:dependency-offer-accept": project("register.edit"),
    "portfolio:dependency-offer-refuse": project("register.edit"),
    "portfolio:dependency-offer-withdraw": project(
        "register.edit", method="post", arguments={"reference": reference("gift"), "pk": pk("own_offer")}
    ),
    # The change is one that the board decides.
    **{
        f"portfolio:change-{verb}": project("change.decide", roles={"board_member", "pmo_head"})
        for verb in ("approve", "reject", "vote")
    },
    "portfolio:change-submit": project("register.edit", arguments={"reference": reference("draft_change")}),
    "portfolio:change-record": project(),
    "portfolio:change-retry": project("register.edit", method="post"),
    "portfolio:change-route": everyone(query="scope=PRJ-0001"),
    "portfolio:route-list": office("register.manage"),
    "portfolio:route-create": office("register.manage"),
    "portfolio:route-adopt": office("register.manage", method="post"),
    "portfolio:route-edit": office("register.manage", arguments={"pk": pk("route")}),
    "portfolio:route-remove": office("register.manage", arguments={"pk": pk("route")}, method="post"),
    "portfolio:delegation-list": everyone(),
    "portfolio:delegation-create": row(
        "everyone", roles={"project_manager", "sponsor", "board_member", "pmo_head", "administrator"}
    ),
    "portfolio:delegation-end": own(
        roles={"sponsor", "pmo_head", "administrator"}, arguments={"pk": pk("delegation")}, method="post"
    ),
    "api:request-list": [
        everyone(),
        row(
            "everyone",
            method="post",
            data={"title": "New", "type": "Ideas of citizens"},
            roles={*ROLES, "stranger"} - {"auditor"},
        ),
    ],
    "api:request-detail": [request(), request("request.edit", method="patch")],
    "api:request-submit": request("request.edit", method="post"),
    "api:request-completeness": request(),
    "api:request-questions": request(),
    "api:request-answer": request("request.answer", method="post"),
    "api:request-tiering": request("request.convert"),
    "api:request-conversion": request(),
    "api:request-conversion-preview": request("request.convert", method="post"),
    "api:request-convert": request("request.convert", method="post"),
    "api:request-charter": request(),
    "api:request-charter-retry": request("request.convert", method="post"),
    "api:request-comments": [request(), request("comment.write", method="post", data={"text": "Hello"})],
    "api:request-attachments": [request(), request("attachment.write", method="post")],
    "api:request-follow": [request("comment.write", method="post"), request("comment.write", method="delete")],
    "api:request-objectives": [
        request(),
        request("request.triage", method="post", data={"objective": pk("objective"), "weight": 5}),
    ],
    "api:request-unlink": request("request.triage", method="delete", arguments={"objective": pk("objective")}),
    "api:template-list": [office("intake.manage"), office("intake.manage", method="post", data={"name": "New"})],
    "api:template-detail": [office("intake.manage"), office("intake.manage", method="patch")],
    "api:template-standard": office("intake.manage", method="post"),
    "api:tiering-list": [office("request.view"), office("intake.manage", method="post")],
    "api:promise-detail": project(),
    "api:meeting-list": [office("request.view"), office("selection.manage", method="post", data={"name": "New"})],
    "api:meeting-detail": [office("request.view"), office("selection.manage", method="patch")],
    "api:meeting-agenda": office("selection.manage", method="post"),
    "api:meeting-close": office("selection.manage", method="post"),
    "api:agenda-item-list": office("request.view"),
    "api:agenda-item-detail": [office("request.view"), office("selection.manage", method="delete")],
    "api:agenda-item-vote": office("request.vote", method="post"),
    "api:agenda-item-place": office("selection.manage", method="post"),
    "api:condition-list": everyone(),
    "api:condition-detail": request(),
    "api:condition-meet": request("request.triage", method="post"),
    "api:request-type-list": everyone(),
    "api:request-moves": request(),
    "api:request-way": request(),
    "api:request-move": request("request.triage", method="post", data={"verb": "assess"}),
    "api:request-assign": request("request.triage", method="post", data={"owner": None}),
    "api:request-merge": request("request.triage", method="post", data={"other": reference("request")}),
    "api:request-unmerge": request("request.triage", method="post", data={"reason": "Two after all."}),
    "api:request-split": request("request.triage", method="post", data={"titles": ["One", "Two"]}),
    "api:case-detail": [request(), request("request.edit", method="put")],
    "api:case-approved": request(),
    "api:scoring-model-list": [office("request.view"), office("intake.manage", method="post", data={"name": "New"})],
    "api:scoring-model-detail": [office("request.view"), office("intake.manage", method="patch")],
    "api:scoring-model-draft": office("intake.manage", method="post"),
    "api:scoring-model-publish": office("intake.manage", method="post"),
    "api:assessment-list": [
        everyone(),
        request(
            "scoring.moderate",
            method="post",
            data={
                "request": reference("request"),
                "model_version": pk("scoring_version"),
                "reviewers": lambda world, project: [world.cast.director.email],
            },
        ),
    ],
    "api:assessment-detail": request(),
    "api:assessment-reveal": request("scoring.moderate", method="post"),
    "api:review-list": everyone(),
    "api:review-detail": [own(roles={"board_member"}), own(method="patch", roles={"board_member"}, data={"answers": {}})],
    "api:review-submit": own(method="post", roles={"board_member"}),
    "api:score-list": everyone(),
    "api:assessment-invite": request("scoring.moderate", method="post"),
    "api:assessment-remind": request("scoring.moderate", method="post"),
    "api:assessment-settle": request("scoring.moderate", method="post"),
    "api:assessment-withdraw": request("scoring.moderate", method="post"),
    "api:assessment-moderate": request("scoring.moderate", method="post"),
    "api:review-reopen": own(method="post", roles={"board_member"}),
    "api:review-decline": own(method="post", roles={"board_member"}),
    "api:draft-detail": [office("intake.manage", method=method) for method in ("get", "patch", "delete")],
    "api:draft-publish": office("intake.manage", method="post"),
    "api:draft-criteria": office("intake.manage", method="post"),
    "api:draft-criterion": [
        office("intake.manage", method=method, arguments={"criterion": fixed("fit")}) for method in ("patch", "delete")
    ],
    "api:draft-move": office("intake.manage", method="post", arguments={"criterion": fixed("fit")}),
    "api:draft-groups": [office("intake.manage"), office("intake.manage", method="post")],
    "api:draft-group": [
        office("intake.manage", method=method, arguments={"group": fixed("all")}) for method in ("patch", "delete")
    ],
    "api:draft-weights": office("intake.manage", method="post"),
    "api:draft-compare": office("intake.manage", method="post"),
    "api:weighting-list": office("intake.manage"),
    "api:weighting-detail": office("intake.manage"),
    "api:weighting-invite": office("intake.manage", method="post"),
    "api:weighting-withdraw": office("intake.manage", method="post"),
    "api:weighting-take": office("intake.manage", method="post"),
    "api:judging-list": everyone(),
    "api:judging-detail": [own(roles={"board_member"}), own(method="patch", roles={"board_member"}, data={"answers": []})],
    "api:judging-submit": own(method="post", roles={"board_member"}),
    "api:judging-reopen": own(method="post", roles={"board_member"}),
    "api:round-list": [office("request.view"), office("selection.manage", method="post", data={"name": "New"})],
    "api:round-detail": [office("request.view"), office("selection.manage", method="patch")],
    "api:round-ranking": office("request.view"),
    "api:round-gather": office("selection.manage", method="post"),
    "api:round-place": office("selection.manage", method="post"),
    "api:round-rank": office("selection.manage", method="post"),
    "api:round-close": office("selection.manage", method="post"),
    "api:round-drop": office(
        "selection.manage",
        method="delete",
        arguments={"entry": lambda world, project: world.shared["entry"].request.reference},
    ),
    "api:decision-list": [
        everyone(),
        request(
            "request.decide",
            method="post",
            data={"request": reference("request"), "outcome": "reject", "reason": "No."},
        ),
    ],
    "api:decision-detail": request(),
    "api:decision-record": request(roles={"board_member", "pmo_analyst", "pmo_head", "administrator", "auditor"}),
    "api:decision-retry": request("request.triage", method="post"),
    "intake:request-compare": everyone(query="pk=1"),
    "intake:request-decide": request("request.decide"),
    "intake:request-condition": request("request.triage"),
    "intake:request-record": request(roles={"board_member", "pmo_analyst", "pmo_head", "administrator", "auditor"}),
    "intake:request-record-retry": request("request.triage", method="post"),
    "intake:request-convert": request("request.convert"),
    "intake:request-charter-retry": request("request.convert", method="post"),
    "intake:project-promised": project(),
    "intake:project-promised-panel": project(),
    "intake:project-charter": project(),
    "intake:template-list": office("intake.manage"),
    "intake:template-create": office("intake.manage"),
    "intake:template-standard": office("intake.manage", method="post"),
    "intake:template-edit": office("intake.manage"),
    "intake:tiering-detail": office("request.view"),
    "intake:tiering-publish": office("intake.manage"),
    "intake:case-approved": request(),
    "intake:case-template": everyone(query="export=case.csv"),
    "intake:case-find": everyone(query="q=canary"),
    "intake:case-start": request("request.edit", method="post"),
    "intake:case-option-remove": request("request.edit", method="post"),
    "intake:request-score-open": [request("scoring.moderate"), request("scoring.moderate", method="post")],
    "intake:request-score-invite": [request("scoring.moderate"), request("scoring.moderate", method="post")],
    "intake:request-score-remind": request("scoring.moderate", method="post"),
    "intake:request-score-reveal": request("scoring.moderate", method="post"),
    "intake:request-score-settle": request("scoring.moderate", method="post"),
    "intake:request-score-withdraw": [request("scoring.moderate"), request("scoring.moderate", method="post")],
    "intake:request-score-moderate": [request("scoring.moderate"), request("scoring.moderate", method="post")],
    "intake:round-stability": office("request.view"),
    "intake:model-list": office("intake.manage"),
    "intake:model-create": office("intake.manage"),
    "intake:model-ready": office("intake.manage", method="post"),
    "intake:model-detail": office("request.view"),
    "intake:model-edit": office("intake.manage"),
    "intake:model-history": office("intake.manage"),
    "intake:model-version": office("request.view"),
    "intake:version-create": office("intake.manage", method="post", arguments={"pk": pk("scoring_model")}),
    "intake:version-edit": office("intake.manage"),
    "intake:version-weights": office("intake.manage", method="post"),
    "intake:version-publish": office("intake.manage", method="post"),
    "intake:version-drop": office("intake.manage", method="post"),
    "intake:criterion-create": office("intake.manage", arguments={"pk": pk("draft_version")}),
    "intake:criterion-edit": office("intake.manage"),
    "intake:criterion-drop": office("intake.manage", method="post"),
    "intake:criterion-move": office("intake.manage", method="post"),
    "intake:group-create": office("intake.manage", arguments={"pk": pk("draft_version")}),
    "intake:group-edit": office("intake.manage"),
    "intake:group-drop": office("intake.manage", method="post"),
    "intake:weighting-create": office("intake.manage", arguments={"pk": pk("draft_version")}),
    "intake:weighting-detail": office("intake.manage"),
    "intake:weighting-invite": office("intake.manage"),
    "intake:weighting-take": office("intake.manage", method="post"),
    "intake:weighting-withdraw": office("intake.manage", method="post"),
    "intake:judge-edit": [own(roles={"board_member"}), own(method="post", roles={"board_member"})],
    "intake:judge-reopen": own(method="post", roles={"board_member"}),
    "intake:review-list": everyone(),
    "intake:review-edit": [own(roles={"board_member"}), own(method="post", roles={"board_member"})],
    "intake:review-reopen": own(method="post", roles={"board_member"}),
    "intake:review-decline": [own(roles={"board_member"}), own(method="post", roles={"board_member"})],
    "intake:round-list": office("request.view"),
    "intake:round-detail": office("request.view"),
    "intake:round-create": office("selection.manage"),
    "intake:round-edit": office("selection.manage"),
    "intake:round-rank": office("selection.manage"),
    "intake:round-chart": office("request.view"),
    "intake:round-gather": office("selection.manage"),
    "intake:round-close": office("selection.manage", method="post"),
    "intake:entry-rank": office("selection.manage"),
    "intake:entry-must": office("selection.manage"),
    "intake:entry-drop": office("selection.manage", method="post"),
    "intake:meeting-list": office("request.view"),
    "intake:meeting-detail": office("request.view"),
    "intake:meeting-create": office("selection.manage"),
    "intake:meeting-edit": office("selection.manage"),
    "intake:meeting-add": office("selection.manage", method="post"),
    "intake:meeting-close": office("selection.manage", method="post"),
    "intake:item-detail": office("request.view"),
    "intake:item-vote": office("request.vote", method="post"),
    "intake:item-move": office("selection.manage", method="post"),
    "intake:item-remove": office("selection.manage", method="post"),
    "intake:request-list": everyone(),
    "intake:request-create": row("everyone", roles={*ROLES, "stranger"} - {"auditor"}),
    "intake:request-mine": own(),
    "intake:request-similar": everyone(query="title=Zanzibar+canary&purpose=canary"),
    "intake:request-resume": request("request.edit"),
    "intake:request-write": request("request.edit", arguments={"step": lambda world, project: "idea"}),
    "intake:request-check": request("request.edit"),
    "intake:request-submit": request("request.edit", method="post"),
    "intake:request-answer": request("request.answer"),
    "intake:transition-list": everyone(),
    "intake:pipeline": office("request.view"),
    "intake:pipeline-flow": office("request.view"),
    "intake:queue": office("request.triage"),
    "intake:queue-assign": [office("request.triage"), office("request.triage", method="post", data={"pk": pk("request")})],
    "intake:request-merge": request("request.triage"),
    "intake:request-unmerge": [request("request.triage"), request("request.triage", method="post")],
    "intake:request-split": [request("request.triage"), request("request.triage", method="post")],
    "intake:request-objectives": [request("request.triage"), request("request.triage", method="post")],
    "intake:request-objective-remove": request("request.triage", method="post"),
    "intake:request-follow": request("comment.write", method="post"),
    "intake:request-assign": [request("request.triage"), request("request.triage", method="post")],
    "intake:request-move": [
        request("request.triage", arguments={"verb": lambda world, project: "assess"}),
        request("request.triage", method="post", arguments={"verb": lambda world, project: "assess"}),
        request("request.withdraw", arguments={"verb": lambda world, project: "withdraw"}),
    ],
    "intake:type-key": office("intake.manage", method="post"),
    "intake:type-step": office("intake.manage", arguments={"key": lambda world, project: "step"}),
    "intake:type-question": office("intake.manage", arguments={"key": lambda world, project: "one"}),
    "intake:type-arrange": office("intake.manage", method="post", data={"key": "one", "do": "up"}),
    "intake:type-discard": office("intake.manage", method="post"),
    "intake:type-version": office("intake.manage", arguments={"number": lambda world, project: 1}),
    "intake:request-ask": public(arguments={"key": lambda world, project: world.shared["public_type"].public_key}),
    "intake:request-track": public(arguments={"key": lambda world, project: world.of(project)["request"].tracking_key}),
    "reporting:schedule-create": office("report.manage"),
    "reporting:schedule-dates": office("report.manage", method="post"),
    "reporting:schedule-edit": office("report.manage"),
    "reporting:schedule-pause": office("report.manage", method="post"),
    "reporting:schedule-resume": office("report.manage", method="post"),
    "reporting:schedule-take-over": office("report.manage", method="post"),
    "reporting:schedule-delete": office("report.manage", method="post"),
    "reporting:schedule-send": office("report.manage", method="post"),
    "reporting:schedule-test": office("report.manage", method="post"),
    "reporting:schedule-preview": office("report.manage", method="post"),
    "reporting:edition-pdf": office("report.view"),
    "reporting:edition-json": office("report.view"),
    "reporting:overview": everyone(),
    "reporting:setup": everyone(),
    "reporting:overview-filters": everyone(),
    "reporting:overview-registers": everyone(),
    "reporting:overview-decisions": everyone(),
    "reporting:overview-milestones": everyone(),
    "reporting:overview-rows": everyone(query="figure=projects"),
    "portfolio:project-list": everyone(),
    "portfolio:project-create": office("project.create"),
    "portfolio:project-compare": everyone(query="pk=1"),
    "portfolio:project-bulk": everyone(query="action=archive"),
    "portfolio:project-edit": project("project.edit"),
    "portfolio:project-links": project("project.edit"),
    "portfolio:project-unlink": project("project.edit", method="post"),
    "portfolio:project-archive": project("project.archive", method="post"),
    "portfolio:project-unarchive": project("project.archive", method="post"),
    "portfolio:project-confide": project("project.confide"),
    "portfolio:project-history": project("history.view"),
    "portfolio:milestone-remove": project("milestone.edit", method="post"),
    "portfolio:member-remove": project("member.manage", method="post"),
    "portfolio:portfolio-list": everyone(),
    "portfolio:portfolio-create": office("portfolio.manage"),
    "portfolio:portfolio-detail": office("portfolio.view"),
    "portfolio:portfolio-edit": office("portfolio.manage"),
    "portfolio:portfolio-archive": office("portfolio.manage", method="post"),
    "portfolio:portfolio-history": office("history.view"),
    "portfolio:programme-list": everyone(),
    "portfolio:programme-create": office("portfolio.manage"),
    "portfolio:programme-detail": office("portfolio.view"),
    "portfolio:programme-edit": office("portfolio.manage"),
    "portfolio:programme-archive": office("portfolio.manage", method="post"),
    "portfolio:programme-history": office("history.view"),
    "portfolio:objective-list": everyone(),
    "portfolio:objective-create": office("objective.manage"),
    "portfolio:objective-detail": everyone(),
    "portfolio:objective-edit": office("objective.manage"),
    "portfolio:objective-history": office("history.view"),
    "portfolio:project-talk": project(),
    "core:search": everyone(query="q=canary"),
    "core:search-instant": everyone(query="q=canary"),
    "core:notification-list": everyone(),
    "core:notification-settings": own(),
    "core:notification-read": own(method="post"),
    "core:notification-open": own(method="post", roles={"pmo_head"}),
    "core:comment-create": project("comment.write", method="post", data={"text": "Hello"}, arguments={"pk": pk("project")}),
    "core:mention-list": project("comment.write", query="q=d"),
    "core:comment-edit": own(roles={"pmo_head"}),
    "core:comment-remove": own(method="post", roles={"pmo_head"}),
    "core:attachment-create": project("attachment.write", method="post", arguments={"pk": pk("project")}),
    "core:attachment-download": project(),
    "core:attachment-remove": project("project.edit", method="post"),
    "core:view-list": everyone(),
    "core:view-create": everyone(query="list=portfolio:project-list"),
    "core:view-share": own(method="post", roles={"pmo_head"}),
    "core:view-forget": own(method="post", roles={"pmo_head"}),
    "core:healthz": public(),
    "core:readyz": public(),
    "core:mail-list": everyone(),
    "core:mail-attachment": office("mail.view", arguments={"number": lambda world, project: 1}),
    "core:mail-resend": office("report.manage", method="post"),
    "core:mail-confirm": office("report.manage", method="post"),
    "core:import-answer": office("import.run", method="post"),
    "core:import-confirm": office("import.run", method="post"),
    "core:import-cancel": office("import.run", method="post"),
    "api:docs": everyone(),
    "api:schema": everyone(),
    "api:me-list": everyone(),
    "api:schedule-list": [office("report.view"), office("report.manage", method="post", data={"name": "New", "at": "08:00"})],
    "api:schedule-detail": [office("report.view"), office("report.manage", method="patch")],
    "api:schedule-pause": office("report.manage", method="post"),
    "api:schedule-resume": office("report.manage", method="post"),
    "api:calendar-list": [
        office("calendar.manage"),
        office("calendar.manage", method="post", data={"name": "New", "series": "main"}),
    ],
    "api:calendar-detail": [office("calendar.manage"), office("calendar.manage", method="patch")],
    "api:import-list": [office("import.run"), office("import.run", method="post")],
    "api:import-detail": [office("import.run"), office("import.run", method="patch")],
    "api:import-respond": office("import.run", method="post"),
    "api:import-confirm": office("import.run", method="post"),
    "api:import-cancel": office("import.run", method="post"),
    "api:import-rows": office("import.run"),
    "api:comment-detail": [own(method=method, roles={"pmo_head"}, data={"text": "New"}) for method in ("patch", "delete")],
    "api:attachment-detail": [project(), project("project.edit", method="delete")],
    "api:attachment-download": project(),
    "api:project-comments": [project(), project("comment.write", method="post", data={"text": "Hello"})],
    "api:project-attachments": [project(), project("attachment.write", method="post")],
    "api:portfolio-comments": [office("portfolio.view"), office("comment.write", method="post", data={"text": "Hello"})],
    "api:portfolio-attachments": [office("portfolio.view"), office("attachment.write", method="post")],
    "api:programme-comments": [office("portfolio.view"), office("comment.write", method="post", data={"text": "Hello"})],
    "api:programme-attachments": [office("portfolio.view"), office("attachment.write", method="post")],
    "api:schedule-send": office("report.manage", method="post"),
    "api:schedule-test": office("report.manage", method="post"),
    "api:run-list": office("report.view"),
    "api:run-detail": office("report.view"),
    "api:user-list": office("access.view"),
    "api:user-detail": office("access.view"),
    "api:unit-list": everyone(),
    "portfolio:project-updates": project("status.view"),
    "portfolio:assurance-rate": project("assurance.rate"),
    "portfolio:action-done": public(arguments={"token": lambda w, p: nobodys_link()}),
    "portfolio:update-list": office("status.review"),
    "portfolio:update-bulk": office("status.review"),
    "portfolio:calendar-list": office("calendar.manage"),
    "portfolio:calendar-create": office("calendar.manage"),
    "portfolio:calendar-edit": office("calendar.manage"),
    **{
        f"portfolio:{name}": project("register.edit", arguments={"reference": reference("risk")})
        for name in ("risk-close", "risk-happen", "response-create", "entry-escalate")
    },
    "portfolio:response-edit": project("register.edit", arguments={"reference": reference("response")}),
    # The shared risk belongs to a programme: who manages one of its projects reads it there.
    "portfolio:risk-share": office("register.edit", arguments={"reference": reference("shared_risk")}),
    "portfolio:shared-impact-edit": project(
        "register.edit",
        arguments={"reference": reference("shared_risk"), "pk": pk("shared_impact")},
        roles={"pmo_analyst", "pmo_head"},
    ),
    "portfolio:shared-impact-remove": project(
        "register.edit",
        arguments={"reference": reference("shared_risk"), "pk": pk("shared_impact")},
        roles={"pmo_analyst", "pmo_head"},
        method="post",
    ),
    "portfolio:escalation-answer": project(
        "register.accept",
        arguments={"reference": reference("offered"), "answer": lambda world, project: "accept"},
        roles={"pmo_analyst", "pmo_head"},
    ),
    "portfolio:escalation-withdraw": project("register.edit", arguments={"reference": reference("offered")}, method="post"),
    "portfolio:scale-edit": office("register.manage"),
    "portfolio:category-list": office("register.manage"),
    "portfolio:category-create": office("register.manage"),
    "portfolio:category-edit": office("register.manage", arguments={"pk": pk("category")}),
    "portfolio:risk-matrix": everyone(),
    "portfolio:risk-exposure": everyone(),
    "portfolio:risk-trend": everyone(),
    "portfolio:risk-shared": everyone(),
    "portfolio:simulation-list": own(),
    "portfolio:simulation-create": [own(), own(method="post", data={"currency": "GBP", "confidence": 80, "draws": 1000})],
    "portfolio:simulation-detail": own(roles={"board_member"}),
    "portfolio:simulation-progress": own(roles={"board_member"}),
    "api:simulation-list": [own(), own(method="post", data={"currency": "GBP", "draws": 1000})],
    "api:simulation-detail": own(roles={"board_member"}),
    "portfolio:threshold-list": office("threshold.manage"),
    "portfolio:threshold-edit": office("threshold.manage", arguments={"key": lambda w, p: "1"}),
    "portfolio:threshold-remove": office("threshold.manage", arguments={"key": lambda w, p: "1"}, method="post"),
    "portfolio:update-detail": project("status.view"),
    "portfolio:update-start": project("status.edit"),
    "portfolio:update-write": project("status.edit"),
    "portfolio:update-suggest": project("status.edit", method="post"),
    "portfolio:update-preview": project("status.edit"),
    "portfolio:update-submit": project("status.submit", method="post"),
    "portfolio:update-withdraw": project("status.edit", method="post"),
    "portfolio:update-correct": project("status.edit", method="post"),
    "portfolio:update-discard": project("status.edit", method="post"),
    "portfolio:update-publish": project("status.review", method="post"),
    "portfolio:update-return": project("status.review", method="post"),
    "api:project-list": [everyone(), office("project.create", method="post", data={"title": "New"})],
    "api:project-detail": [project(), project("project.edit", method="patch")],
    "api:project-archive": project("project.archive", method="post"),
    "api:project-unarchive": project("project.archive", method="post"),
    "api:milestone-list": everyone(),
    "api:period-list": everyone(),
    "api:update-list": [
        everyone(),
        project("status.edit", method="post", data={"project": reference("project"), "period": pk("period")}, unseen=400),
    ],
    "api:update-detail": [project("status.view"), project("status.edit", method="patch")],
    "api:update-submit": project("status.submit", method="post"),
    "api:update-publish": project("status.review", method="post"),
    "api:update-send-back": project("status.review", method="post", data={"comment": "More, please."}),
    "api:update-correct": project("status.edit", method="post"),
    "api:assurance-list": [
        everyone(),
        project("assurance.rate", method="post", data={"project": reference("project"), "rating": "green"}, unseen=400),
    ],
    "api:membership-list": everyone(),
    "api:programme-list": [everyone(), office("portfolio.manage", method="post", data={"name": "New"})],
    "api:programme-detail": [office("portfolio.view"), office("portfolio.manage", method="patch")],
    "api:programme-archive": office("portfolio.manage", method="post"),
    "api:programme-unarchive": office("portfolio.manage", method="post"),
    "api:portfolio-list": [everyone(), office("portfolio.manage", method="post", data={"name": "New"})],
    "api:portfolio-detail": [office("portfolio.view"), office("portfolio.manage", method="patch")],
    "api:portfolio-archive": office("portfolio.manage", method="post"),
    "api:portfolio-unarchive": office("portfolio.manage", method="post"),
    "api:objective-list": [everyone(), office("objective.manage", method="post", data={"name": "New"})],
    "api:objective-detail": [everyone(), office("objective.manage", method="patch")],
    "accounts:login": public(),
    "accounts:logout": own(method="post"),
    "accounts:password-reset": public(),
    "accounts:password-reset-sent": public(),
    "accounts:password-reset-confirm": public(arguments={"uidb64": lambda w, p: "MQ", "token": lambda w, p: "never-valid"}),
    "accounts:password-reset-done": public(),
    "accounts:password-change": own(),
    "accounts:profile-detail": own(),
    "accounts:session-end-others": own(method="post"),
    "accounts:session-end": own(method="post", roles={"auditor"}, arguments={"pk": pk("auditor_session")}),
    "accounts:token-create": own(),
    "accounts:token-revoke": own(method="post", roles={"auditor"}, arguments={"pk": pk("auditor_token")}),
    "accounts:user-list": office("access.view"),
    "accounts:user-create": office("user.manage"),
    "accounts:user-detail": office("access.view"),
    "accounts:user-edit": office("user.manage"),
    "accounts:user-disable": office("user.manage", method="post"),
    "accounts:user-enable": office("user.manage", method="post"),
    "accounts:user-invite": office("user.manage", method="post"),
    "accounts:grant-create": office("grant.manage", arguments={"pk": pk("user")}),
    "accounts:grant-remove": office("grant.manage", method="post", arguments={"pk": pk("grant")}),
    "accounts:unit-list": office("access.view"),
    "accounts:unit-create": office("unit.manage"),
    "accounts:unit-edit": office("unit.manage"),
    "accounts:unit-remove": office("unit.manage", method="post"),
    "accounts:access-list": office("access.view"),
    "accounts:signin-list": office("access.view"),
    "portfolio:access-holders": office("access.view"),
    "portfolio:access-give": office("grant.manage"),
    "portfolio:access-take": office("grant.manage", method="post", arguments={"pk": pk("membership")}),
    "portfolio:access-why": everyone(),
}
