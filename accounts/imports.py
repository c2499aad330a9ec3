"""The import target "people": accounts, what is known of them, and the roles they hold everywhere or on a unit (docs/adr/0005-import.md)."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.access import may
from accounts.actions.imports import apply_people, plan_people
from core.formulas.mapping import Field
from core.imports.registry import Plan, Target, Work, register

_WHO, _ABOUT, _ACCESS = _("Who it is"), _("About the person"), _("What they may do")
_STORY = r"narrative|commentary|comment|explanation|reason|description|notes?\b"


def _languages() -> dict[str, str]:
    """Every way to write a language -> its code."""
    words = {}
    for code, label in settings.LANGUAGES:
        plain = str(label).lower()
        for word in (code, code.replace("-", " "), code.replace("-", "_"), plain, plain.replace("(", "").replace(")", "")):
            words[word] = code
    return words


FIELDS = (
    Field("reference", _("E-mail address"), "email", needed=True, synonyms=
          ("E-mail address", "E-mail", "Email", "Email address", "Mail", "Mail address", "Work email", "Login", "Username", "User name",
           "User principal name", "UPN", "E-Mail-Adresse", "Courriel"),
          never=_STORY + r"|manager|sponsor|secondary|private|personal", unique=True, longest=254, group=_WHO),
    Field("title", _("Name"), "text", needed=True, synonyms=
          ("Name", "Full name", "Display name", "Person", "Employee name", "Employee", "User", "Staff name", "Vorname Nachname", "Nom"),
          never=_STORY + r"|manager|sponsor|unit|department|user ?name|login|company|organi[sz]ation|first|last|given|family", longest=150,
          group=_WHO),
    Field("first_name", _("First name"), "text", ("First name", "Given name", "Forename", "Vorname", "Prénom"), exact=True, never=_STORY,
          longest=80, group=_WHO),
    Field("last_name", _("Last name"), "text", ("Last name", "Surname", "Family name", "Nachname"), exact=True, never=_STORY, longest=80,
          group=_WHO),
    Field("job_title", _("Job title"), "text", ("Job title", "Job", "Position", "Function", "Post", "Title", "Job role", "Funktion"),
          never=_STORY + r"|name|date|unit|department", longest=150, group=_ABOUT),
    Field("unit", _("Organisation unit"), "text",
          ("Organisation unit", "Unit", "Department", "Directorate", "Division", "Team", "Organisation", "Business unit", "Section", "Abteilung"),
          never=_STORY + r"|manager|head|lead", longest=400, group=_ABOUT),
    Field("language", _("Language"), "choice", ("Language", "Preferred language", "Locale", "Sprache", "Langue"), choices=_languages(),
          never=_STORY, group=_ABOUT),
    Field("time_zone", _("Time zone"), "text", ("Time zone", "Timezone", "TZ", "Zeitzone"), never=_STORY, longest=60, group=_ABOUT),
    Field("roles", _("Roles"), "text", ("Roles", "Role", "Access", "Permissions", "Role in the office", "Security role", "Rollen"),
          never=_STORY + r"|project|job|today", longest=4000, group=_ACCESS),
    Field("is_active", _("May sign in"), "boolean",
          ("May sign in", "Active", "Is active", "Account active", "Enabled", "Account enabled", "Can sign in", "Aktiv", "Actif"),
          never=_STORY + r"|last|date", group=_ACCESS),
)  # fmt: skip

DERIVED = frozenset({"last sign in", "roles on projects"})
"""Columns of the product's own list that no file can set: moments belong to history, the rest to the teams of projects."""


def may_import_people(user: Any) -> bool:
    """Whether the person may load people: imports, and looks after people."""
    return may(user, "import.run") and may(user, "user.manage")


def _plan(work: Work) -> Plan:
    return plan_people(work.user is None or may(work.user, "grant.manage"), work)


PEOPLE = Target(
    key="people",
    label=_("People"),
    fields=FIELDS,
    allowed=may_import_people,
    plan=_plan,
    apply=apply_people,
    derived=DERIVED,
    own="reference",  # nobody's file can set what is worked out
    list_url="accounts:user-list",
    further=_("Leave out, and say so"),
    is_dated=False,
    by_token=False,
)


def register_targets() -> None:
    """Called once when the room starts."""
    register(PEOPLE)
