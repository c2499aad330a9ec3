"""Who may do what: each role's actions, as plain data. The access matrix test holds every page to it.

A role is granted everywhere or on an organisation unit (`RoleGrant`), or on a portfolio, programme
or project (`portfolio.Membership`), from and to a date. The manager and the sponsor of a project hold
their role on it without a grant. Confidential projects answer only to people named on them.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

ROLES = {
    "requester": _("Requester"),
    "project_manager": _("Project manager"),
    "sponsor": _("Sponsor"),
    "board_member": _("Board member"),
    "pmo_analyst": _("PMO analyst"),
    "pmo_head": _("PMO head"),
    "administrator": _("Administrator"),
    "auditor": _("Auditor"),
}

# Actions on an object: they hold within the scope of the grant.
READ = {"project.view", "portfolio.view", "status.view", "history.view"}
TALK = {"comment.write", "attachment.write"}
DELIVER = READ | TALK | {"project.edit", "status.edit", "status.submit", "milestone.edit", "register.edit"}
# Actions of an office: they hold only when granted everywhere.
OFFICE = {"import.run", "import.view", "export.run", "report.view", "report.manage", "mail.view"}
SET_UP = {"calendar.manage", "objective.manage", "portfolio.manage"}
# Actions on a request: they hold everywhere or on its organisation unit (intake/access.py).
TRIAGE = {"request.view", "request.edit", "request.triage", "request.withdraw", "request.answer", "request.convert"} | {
    "scoring.moderate",
    "selection.manage",
    "queue.view",
}

ACTIONS: dict[str, set[str]] = {
    "requester": {"request.create"},
    "project_manager": DELIVER | {"request.create", "member.manage"},
    "sponsor": READ | TALK | {"request.create"},
    "board_member": READ | TALK | {"request.create", "request.view", "request.vote", "report.view", "change.decide"},
    "pmo_analyst": DELIVER
    | OFFICE
    | TRIAGE
    | {"request.create", "project.create", "status.review", "assurance.rate", "member.manage", "objective.manage"}
    | {"register.accept"},
    "pmo_head": DELIVER
    | OFFICE
    | SET_UP
    | TRIAGE
    | {"request.decide", "request.vote", "intake.manage"}
    | {"request.create", "project.create", "project.archive", "project.confide", "status.review", "status.correct"}
    | {"assurance.rate", "member.manage", "threshold.manage", "access.view"}
    | {"register.accept", "register.manage", "change.decide", "setup.view"},
    "administrator": READ
    | OFFICE
    | SET_UP
    | {"project.edit", "project.create", "project.archive", "member.manage", "threshold.manage", "register.manage"}
    | {"access.view", "user.manage", "unit.manage", "grant.manage", "setup.view"}
    | {"request.view", "intake.manage"},
    "auditor": READ
    | {"request.view", "queue.view"}
    | {"import.view", "report.view", "mail.view", "access.view", "export.run", "setup.view"},
}

# Every action in words, as the page "Roles and access" shows them; a test holds it complete.
ACTION_GROUPS: list[tuple[Any, dict[str, Any]]] = [
    (
        _("Projects"),
        {
            "project.view": _("See a project and its figures"),
            "history.view": _("Read who changed what"),
            "project.create": _("Add a project"),
            "project.edit": _("Edit a project"),
            "project.archive": _("Archive a project"),
            "project.confide": _("Make a project confidential or open"),
            "milestone.edit": _("Edit milestones"),
            "member.manage": _("Name people on a project"),
            "comment.write": _("Comment"),
            "attachment.write": _("Attach files"),
        },
    ),
    (
        _("Requests"),
        {
            "request.create": _("Ask for a project (everybody signed in may, but for auditors)"),
            "request.view": _("See the requests of others"),
            "request.edit": _("Edit a request before it is decided"),
            "request.triage": _("Move, assign, merge and split requests"),
            "request.answer": _("Answer the office's questions for the requester"),
            "request.withdraw": _("Withdraw a request"),
            "scoring.moderate": _("Invite reviewers, reveal and moderate scores"),
            "selection.manage": _("Rank requests and prepare decision meetings"),
            "request.vote": _("Vote in a decision meeting"),
            "request.decide": _("Record the decision on a request"),
            "request.convert": _("Turn an approved request into a project"),
            "intake.manage": _("Set up request types, forms, scoring models and project templates"),
        },
    ),
    (
        _("Status updates"),
        {
            "status.view": _("Read status updates"),
            "status.edit": _("Write a status update"),
            "status.submit": _("Submit a status update"),
            "status.review": _("Publish or return a status update of somebody else"),
            "status.correct": _("Correct a published status update"),
            "assurance.rate": _("Rate delivery confidence"),
        },
    ),
    (
        _("Registers"),
        {
            "register.edit": _("Add, edit, move and link risks, issues, decisions and the like"),
            "register.accept": _("Accept or return what is escalated to a programme or portfolio"),
            "change.decide": _("Vote on change requests that a board decides (others: the project’s own manager and sponsor)"),
            "register.manage": _("Set up risk scales, categories, appetite and approval routes"),
        },
    ),
    (
        _("Portfolio office"),
        {
            "portfolio.view": _("See portfolios and programmes"),
            "portfolio.manage": _("Add and edit portfolios and programmes"),
            "objective.manage": _("Add and edit objectives"),
            "calendar.manage": _("Set up reporting calendars"),
            "threshold.manage": _("Set health thresholds"),
            "setup.view": _("See how the office has set things up, and what was changed on it"),
            "queue.view": _("See the lists of status updates and of requests for triage"),
            "import.view": _("See what was imported, with the loss reports"),
            "import.run": _("Import"),
            "export.run": _("Export"),
        },
    ),
    (
        _("Reports and mail"),
        {
            "report.view": _("Read reports and schedules"),
            "report.manage": _("Set up and send reports"),
            "mail.view": _("Look at outgoing mail"),
        },
    ),
    (
        _("People and access"),
        {
            "access.view": _("See who may do what, and why"),
            "user.manage": _("Invite, edit and disable people"),
            "unit.manage": _("Change the organisation's units"),
            "grant.manage": _("Give and take roles"),
        },
    ),
]

ACTION_WORDS: dict[str, Any] = {action: words for _title, actions in ACTION_GROUPS for action, words in actions.items()}

ALL_ACTIONS = frozenset(set().union(*ACTIONS.values()))


def roles_with(action: str) -> frozenset[str]:
    """The roles that hold `action`. Raises KeyError for an action no role knows: a typing mistake."""
    if action not in ALL_ACTIONS:
        raise KeyError(f"No role holds the action {action!r}; see accounts/roles.py")
    return frozenset(role for role, actions in ACTIONS.items() if action in actions)
