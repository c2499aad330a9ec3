"""The house rules that a machine can hold: names of files, history on every business table, plain templates."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models

from accounts.roles import ACTION_WORDS, ACTIONS, ALL_ACTIONS, ROLES
from core.history import action_words

ROOT = Path(settings.BASE_DIR)
ROOMS = ("core", "accounts", "portfolio", "resources", "knowledge", "intake", "reporting", "pmo")
JUNK_ROOMS = {"utils", "util", "helpers", "helper", "common", "services", "misc", "shared", "lib", "tools"}
LAYERS = {
    "models",
    "formulas",
    "actions",
    "access",
    "forms",
    "filters",
    "views",
    "api",
    "tasks",
    "receivers",
    "urls",
    "collect",
}

# Tables without history, each with its reason.
UNTRACKED = {
    "accounts.SignIn": "written once and closed once: it is a history itself",
    "core.Notification": "a hint to one person that goes when read; what it tells of is recorded",
    "core.ReferenceCounter": "the next number of a sequence",
    "core.DigestItem": "waits for a daily mail, which keeps it",
    "core.OutgoingMail": "the outbox moves its rows itself and keeps every outcome in them",
    "core.MailAttachment": "belongs to an outgoing mail, never changes",
    "core.HistorySeal": "seals of the history, which are only ever added to",
    "core.HistoryTrouble": "stands while a job fails and goes when it succeeds; the log keeps every run",
    "core.ImportJob": "working data of one import; what it writes to projects is recorded",
    "core.ImportRow": "working data of one import; what it writes to projects is recorded",
    "intake.RequestScore": "worked out of recorded scores, and kept with the decision that was taken on it",
    "portfolio.Simulation": "a working of one person, frozen by a trigger once it is done; it changes nothing else",
    "portfolio.EntryReminder": "marks that a reminder went out; the mail itself is kept",
    "portfolio.StatusReminder": "marks that a reminder went out; the mail itself is kept",
    "reporting.ReportEdition": "frozen evidence: a trigger keeps it from changing",
}


def sources() -> list[Path]:
    return [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")) if "migrations" not in path.parts]


def business_models() -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_models()
        if model._meta.app_label in ROOMS and not hasattr(model, "pgh_tracked_model") and not model._meta.proxy
    ]


def test_no_junk_rooms() -> None:
    named = [
        str(path.relative_to(ROOT))
        for path in sources()
        if path.stem in JUNK_ROOMS or JUNK_ROOMS & set(path.relative_to(ROOT).parts[:-1])
    ]
    assert not named, f"Say what it is about instead: {named}"


def test_layers_have_their_names() -> None:
    """A package inside a room is a layer, or is listed here with what it is."""
    plumbing = {"migrations", "templatetags", "management", "formats", "embedded", "charts", "imports", "demo", "pdf"}
    known = LAYERS | plumbing
    strange = [
        str(path.relative_to(ROOT))
        for room in ROOMS
        for path in sorted((ROOT / room).glob("*/"))
        if path.is_dir() and path.name not in known and not path.name.startswith("__")
    ]
    assert not strange, f"Which layer is it? {strange}"


def test_every_mail_says_what_it_shows() -> None:
    """Otherwise those who look after mail could read about what they may not see: `shows=[]` where it shows nothing."""
    silent = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sources()
        if path.relative_to(ROOT).parts[0] != "accounts"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") in ("queue_mail", "mail_person")
        and "shows" not in {keyword.arg for keyword in node.keywords}
    ]
    assert not silent, f"Say in queue_mail(…, shows=[…]) whose content the mail holds: {silent}"


def test_every_recorded_action_has_words() -> None:
    """The history tells what was done in words: add the action to `<room>/actions/words.py`."""
    named: set[str] = set()
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("recorded", "_move"):
                inside = [part for argument in node.args for part in ast.walk(argument)]
                named |= {part.value for part in inside if isinstance(part, ast.Constant) and isinstance(part.value, str)}
    actions = {name for name in named if re.fullmatch(rf"({'|'.join(ROOMS)})\.[a-z_]+\.[a-z_]+", name)}
    assert actions > {"portfolio.project.edited", "core.import.confirmed"}
    wordless = sorted(name for name in actions if action_words(name) == name)
    assert not wordless, f"Say in actions/words.py what these are called: {wordless}"


def test_no_file_grows_out_of_its_room() -> None:
    long = {str(path.relative_to(ROOT)): n for path in sources() if (n := len(path.read_text().splitlines())) > 600}
    assert not long, f"Past 600 lines a file wants a room of its own: {long}"


def test_every_business_table_is_recorded_or_says_why_not() -> None:
    missing = [m._meta.label for m in business_models() if not hasattr(m, "pgh_event_model") and m._meta.label not in UNTRACKED]
    assert not missing, f"Track them with @pghistory.track() or give the reason in UNTRACKED: {missing}"


@pytest.mark.django_db
def test_inserts_updates_and_deletes_are_recorded_by_the_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal"
        )
        triggers: dict[str, str] = {}
        for table, name in cursor.fetchall():
            triggers[table] = triggers.get(table, "") + " " + name
    wrong = []
    for model in business_models():
        if hasattr(model, "pgh_event_model"):
            names = triggers.get(model._meta.db_table, "")
            wrong += [f"{model._meta.label} {kind}" for kind in ("insert", "update", "delete") if f"{kind}_{kind}" not in names]
            events = triggers.get(model.pgh_event_model._meta.db_table, "")
            if "append_only" not in events:
                wrong.append(f"{model._meta.label}: events can be changed")
    assert not wrong


def test_many_to_many_links_are_models_of_their_own() -> None:
    """Otherwise the link table would have no history."""
    hidden = [
        f"{model._meta.label}.{field.name}"
        for model in business_models()
        for field in model._meta.many_to_many
        if field.remote_field.through._meta.auto_created
    ]
    assert not hidden


def test_edited_money_and_days_are_named_by_the_rules() -> None:
    """Moments end in _at, days in _on; no float holds a number that people read."""
    wrong = []
    for model in business_models():
        for field in model._meta.concrete_fields:
            name = f"{model._meta.label}.{field.name}"
            if isinstance(field, models.FloatField):
                wrong.append(f"{name}: Decimal")
            elif isinstance(field, models.DateTimeField) and not (field.name.endswith("_at") or field.name == "at"):
                wrong.append(f"{name}: a moment ends in _at")
            elif (
                isinstance(field, models.DateField)
                and not isinstance(field, models.DateTimeField)
                and not (field.name.endswith("_on") or field.name in ("day", "on"))
            ):
                wrong.append(f"{name}: a day ends in _on")
    assert not [line for line in wrong if not line.startswith("accounts.User.last_login")]


def test_templates_carry_no_style_and_no_script() -> None:
    bad = re.compile(
        r"""\sstyle\s*=\s*["']|<script(?![^>]*\bsrc=)[^>]*>|\son[a-z]+\s*=\s*["']|hx-on|javascript:""", re.IGNORECASE
    )
    allowed = ("emails/", "base_print", "reports/", "print/")
    wrong = []
    for path in sorted((ROOT / "templates").rglob("*.html")):
        name = str(path.relative_to(ROOT / "templates"))
        if not name.startswith(allowed):
            text = re.sub(r"{% comment %}.*?{% endcomment %}|{#.*?#}", "", path.read_text(), flags=re.DOTALL)
            wrong += [f"{name}: {found.group(0).strip()}" for found in bad.finditer(text)]
    assert not wrong, wrong


def test_every_template_opens_with_what_it_needs() -> None:
    silent = [
        str(path.relative_to(ROOT / "templates"))
        for path in sorted((ROOT / "templates").rglob("*.html"))
        if not re.search(r"{#|{% comment %}", path.read_text()[:600])
    ]
    shared = [name for name in silent if name.startswith("components/") or name in ("base.html", "base_bare.html")]
    assert not shared, f"Shared templates open with a comment that names their context: {shared}"


def test_roles_and_actions_are_complete_and_in_words() -> None:
    assert set(ACTIONS) == set(ROLES)
    assert set(ACTION_WORDS) == ALL_ACTIONS, "every action has words on the page 'Roles and access'"
    asked = {
        name
        for path in sources()
        for name in re.findall(r"""["']([a-z]+\.[a-z]+)["']""", path.read_text())
        if name.split(".")[0] in {action.split(".")[0] for action in ALL_ACTIONS} and name.split(".")[1] in VERBS
    }
    assert not asked - ALL_ACTIONS, f"No role holds: {asked - ALL_ACTIONS}"


VERBS = {action.split(".")[1] for action in ALL_ACTIONS}


def test_auditor_holds_no_action_that_changes() -> None:
    assert {action for action in ACTIONS["auditor"] if not action.endswith((".view", ".run"))} == set()
    assert ACTIONS["auditor"] & {"import.run"} == set()


# A digit or a value, a space, a percent sign that begins no placeholder.
SPACED_PERCENT = re.compile(r"(?:[0-9}]|\)[sd])(?: |\u00a0|&nbsp;)%%?(?![%(\w}])")


def tokens_of(path: Path) -> Iterator[tokenize.TokenInfo]:
    return tokenize.generate_tokens(io.StringIO(path.read_text()).readline)


def test_percentages_are_written_in_one_way() -> None:
    """61%, never 61 %: in what pages, files and mails say. Docstrings may."""
    found = []
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if "migrations" in path.parts or path.name == "clock.py":  # a remainder in SQL
                continue
            words = [token for token in tokens_of(path) if token.type == tokenize.STRING and '"""' not in token.string]
            found += [f"{path.relative_to(ROOT)}:{one.start[0]}" for one in words if SPACED_PERCENT.search(one.string)]
    for path in (ROOT / "templates").rglob("*.*"):
        text = path.read_text()
        found += [f"{path.relative_to(ROOT)}: {match.group()}" for match in SPACED_PERCENT.finditer(text)]
    assert not found
