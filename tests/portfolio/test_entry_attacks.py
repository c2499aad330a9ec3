"""What somebody who may not must not read or write in the registers; what broken input and two at once must not break."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portfolio.actions.raid import edit_entry, follow_entry, link_entries, move_entry
from portfolio.models import Category, Entry, EntryLink, EntryWatcher, Project, SharedImpact
from portfolio.registers import KINDS, PATHS
from tests import factories
from tests.at_once import at_once, good
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SECRET = "Xylophone reorganisation"
XSS = "<img src=x onerror=alert(1)>\"'><script>alert(2)</script>"
NOW = timezone.now


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text_of(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(content.decode("utf-8", "replace"))


def page(kind: str, what: str, *further: Any) -> str:
    return reverse(f"portfolio:{kind}-{what}", args=[*further])


def form_of(entry: Entry, **changes: Any) -> dict[str, Any]:
    return {
        "title": entry.title,
        "scope": entry.scope.reference,
        "raised_on": entry.raised_on.isoformat(),
        "version": entry.version,
        "currency": entry.currency,
    } | changes


def more(kind: str, giver: Project) -> dict[str, Any]:
    return {"giver": giver} if kind == "dependency" else {}


# --- A confidential entry ---------------------------------------------------------------------------------------------


@pytest.fixture
def secrets(cast: Cast) -> dict[str, Entry]:
    """A confidential entry of each register on a project that most of the cast see, linked to an open one of its kind."""
    found = {}
    category = Category.objects.create(name="Weather")
    for kind in KINDS:
        shown = factories.entry(kind, cast.other, f"Open {kind}", by=cast.director, category=category, **more(kind, cast.own))
        made = factories.entry(
            kind, cast.other, f"{SECRET} {kind}", by=cast.director, owner=cast.director, is_confidential=True, description=SECRET,
            tags=["xylophone"], category=category, due_on=date(2026, 1, 1), **more(kind, cast.own),
        )  # fmt: skip
        link_entries(made, shown, meaning="causes", by=cast.director, at=NOW())
        link_entries(shown, made, meaning="relates", by=cast.director, at=NOW())
        found[kind], found[f"open {kind}"] = made, shown
    factories.entry("action", cast.other, "Xylophone answer", by=cast.director, is_confidential=True, about=found["open risk"])
    return found


READERS = ("pmo_head", "pmo_analyst", "board_member", "administrator", "auditor", "project_manager", "stranger")


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_confidential_entry_is_nowhere_for_others(kind: str, cast: Cast, secrets: dict[str, Entry]) -> None:
    hidden, shown = secrets[kind], secrets[f"open {kind}"]
    lists = [page(kind, "list"), f"/api/v1/portfolio/{PATHS[kind]}/"]
    queries = [
        "", "?q=xylophone", f"?q={hidden.reference}", "?tag=xylophone", "?open=all", "?due=overdue", "?sort=-title", "?sort=owner",
        f"?owner={cast.director.pk}", f"?project={cast.other.reference}", "?export=csv", "?export=xlsx", "?limit=500&open=all",
    ]  # fmt: skip
    others = [
        reverse("core:search") + "?q=xylophone",
        reverse("core:search") + f"?q={hidden.reference}",
        reverse("core:search-instant") + "?q=xylophone",
        reverse("portfolio:entry-find", args=["entry"]) + "?q=xylophone",
        reverse("portfolio:entry-find", args=["entry"]) + f"?q={hidden.reference}",
        reverse("portfolio:entry-find", args=["entry"]),
        page(kind, "detail", shown.reference),
        page(kind, "history", shown.reference),
        page(kind, "history", shown.reference) + "?export=history.csv",
        page(kind, "edit", shown.reference),
        f"/api/v1/portfolio/{PATHS[kind]}/{shown.reference}/links/",
        reverse("portfolio:project-detail", args=[cast.other.reference]),
        reverse("home"),
    ]
    hold = [address + query for address in lists for query in queries] + others
    for role in READERS if kind == "risk" else READERS[:2]:
        client = client_of(cast.people[role])
        for address in hold:
            told = text_of(client.get(address))
            asked = address.partition("?")[2]
            assert SECRET not in told, (role, address)
            if hidden.reference not in asked:
                assert hidden.reference not in told, (role, address)
            assert "Xylophone answer" not in told, (role, address)
        for what in ("detail", "edit", "history"):
            assert client.get(page(kind, what, hidden.reference)).status_code == 404
        assert client.get(f"/api/v1/portfolio/{PATHS[kind]}/{hidden.reference}/").status_code == 404
    seen = client_of(cast.director).get(page(kind, "list") + "?open=all&q=xylophone")
    assert SECRET in text_of(seen)  # otherwise no canary would ever sing


def test_counts_and_choices_tell_nothing_of_it(cast: Cast, secrets: dict[str, Entry]) -> None:
    client = client_of(cast.pmo_head)
    for kind in KINDS:
        answer = client.get(f"/api/v1/portfolio/{PATHS[kind]}/?open=all&limit=1").json()
        assert answer["count"] == 1, kind
    # Nobody owns anything that the reader sees: the filter offers no owner, and asking for one finds none.
    told = text_of(client.get(page("issue", "list") + "?filters=1", headers={"HX-Request": "true"}))
    assert cast.director.email not in told
    asked = client.get(f"/api/v1/portfolio/issues/?owner={cast.director.pk}")
    never = client.get("/api/v1/portfolio/issues/?owner=999999")
    assert asked.status_code == never.status_code
    assert text_of(asked).replace(str(cast.director.pk), "x") == text_of(never).replace("999999", "x")


def test_writes_through_a_hidden_entry_are_refused_like_an_unknown_one(cast: Cast, secrets: dict[str, Entry]) -> None:
    client = client_of(cast.pmo_head)
    hidden, shown = secrets["risk"], secrets["open risk"]
    before = EntryLink.objects.count()
    told = [
        text_of(client.post(page("risk", "link", shown.reference), {"meaning": "causes", "target": target}))
        for target in (hidden.reference, "RSK-9999")
    ]
    assert "There is no" in told[0]
    assert told[0].count("There is no") == told[1].count("There is no")
    for link in EntryLink.objects.filter(source=hidden) | EntryLink.objects.filter(target=hidden):
        assert client.post(page("risk", "unlink", shown.reference, link.pk)).status_code == 404
        assert client.delete(f"/api/v1/portfolio/risks/{shown.reference}/links/{link.pk}/").status_code == 404
    assert EntryLink.objects.count() == before
    for what in ("follow", "link"):
        assert client.post(page("risk", what, hidden.reference)).status_code == 404
    assert client.post(page("risk", "move", hidden.reference, "treat")).status_code == 404
    assert client.post(page("risk", "convert", hidden.reference, "issue")).status_code == 404
    values = {"title": "Do it", "scope": cast.own.reference, "about": hidden.reference}
    assert client.post(page("action", "create"), values).status_code == 422
    bulk = {"action": "risk", "pk": [hidden.pk], "tag": "mine"}
    assert client.post(reverse("portfolio:entry-bulk"), bulk).status_code == 403
    assert client.post(reverse("portfolio:entry-bulk"), bulk | {"pk": [hidden.pk, shown.pk]}).status_code == 302
    hidden.refresh_from_db()
    assert hidden.tags == ["xylophone"]
    shown.refresh_from_db()
    assert shown.tags == ["mine"]


def test_an_action_about_what_its_editor_may_not_see_keeps_it(cast: Cast, secrets: dict[str, Entry]) -> None:
    hidden = secrets["risk"]
    mine = factories.entry("action", cast.own, "Do it", by=cast.project_manager, about=hidden)
    client = client_of(cast.project_manager)
    for what in ("detail", "edit", "history"):
        told = text_of(client.get(page("action", what, mine.reference)))
        assert hidden.reference not in told, what
        assert SECRET not in told, what
    assert client.post(page("action", "edit", mine.reference), form_of(mine, title="Do it now")).status_code == 302
    mine.refresh_from_db()
    assert (mine.title, mine.action.about) == ("Do it now", hidden)
    listed = text_of(client.get(page("action", "list") + "?response=true"))
    assert f'href="{mine.reference}/' not in listed


def test_a_follower_who_sees_it_only_as_one_loses_it_with_following(cast: Cast, secrets: dict[str, Entry]) -> None:
    follow_entry(secrets["issue"], user=cast.pmo_analyst)
    client = client_of(cast.pmo_analyst)
    assert client.get(page("issue", "detail", secrets["issue"].reference)).status_code == 200
    answer = client.post(page("issue", "follow", secrets["issue"].reference))
    assert answer["Location"] == page("issue", "list")
    assert client.get(page("issue", "detail", secrets["issue"].reference)).status_code == 404


# --- Scopes, owners, other sides --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(KINDS))
def test_nobody_writes_into_a_project_that_they_do_not_see(kind: str, cast: Cast) -> None:
    client = client_of(cast.project_manager)
    for scope in (cast.other, cast.confidential):
        values = {"title": "Mine", "scope": scope.reference, "severity": "2", "sign": "threat", "giver": cast.own.reference}
        told = client.post(page(kind, "create"), values)
        unknown = client.post(page(kind, "create"), values | {"scope": "PRJ-9999"})
        assert told.status_code == unknown.status_code == 422
        assert scope.title not in text_of(told)
    mine = factories.entry(kind, cast.own, "Mine", by=cast.project_manager, **more(kind, cast.other))
    assert client.post(page(kind, "edit", mine.reference), form_of(mine, scope=cast.other.reference)).status_code in (302, 422)
    mine.refresh_from_db()
    assert mine.project == cast.own
    assert Entry.objects.filter(kind=kind).count() == 1


def test_an_owner_must_be_able_to_see_it(cast: Cast) -> None:
    client = client_of(cast.project_manager)
    values = {"title": "Mine", "scope": cast.own.reference, "severity": "2", "owner": cast.stranger.pk}
    told = client.post(page("issue", "create"), values)
    assert told.status_code == 422
    assert "cannot see" in text_of(told)
    mine = factories.entry("issue", cast.own, "Mine")
    bulk = {"action": "issue", "pk": [mine.pk], "owner": cast.stranger.pk}
    assert client.post(reverse("portfolio:entry-bulk"), bulk).status_code == 422
    mine.refresh_from_db()
    assert mine.owner is None


def test_the_hidden_side_of_a_dependency_is_named_nowhere(cast: Cast) -> None:
    hidden = factories.project(SECRET, manager=cast.director, is_confidential=True)
    gets = factories.entry("dependency", cast.own, "A crane", giver=hidden, by=cast.director)
    gives = factories.entry("dependency", hidden, "A road", giver=cast.own, by=cast.director)
    client = client_of(cast.project_manager)
    for entry in (gets, gives):
        for what in ("detail", "edit", "history"):
            told = text_of(client.get(page("dependency", what, entry.reference)))
            assert SECRET not in told, (entry.title, what)
            assert hidden.reference not in told, (entry.title, what)
    for query in ("", "?sort=giver", "?sort=-scope", "?export=csv", f"?project={hidden.reference}"):
        told = text_of(client.get(page("dependency", "list") + query))
        assert SECRET not in told, query
        assert query.endswith(hidden.reference) or hidden.reference not in told, query
    assert "A crane" not in text_of(client.get(page("dependency", "list") + f"?project={hidden.reference}"))


def test_where_it_is_sorted_does_not_tell_a_hidden_name(cast: Cast) -> None:
    """Sorted by giver, hidden ones stand together at the end, whatever they are called."""
    for title in ("Aardvark", "Zebra"):
        hidden = factories.project(title, manager=cast.director, is_confidential=True)
        factories.entry("dependency", cast.own, f"From {title}", giver=hidden, by=cast.director)
    open_one = factories.project("Middle")
    factories.entry("dependency", cast.own, "From Middle", giver=open_one)
    told = text_of(client_of(cast.pmo_head).get(page("dependency", "list") + "?sort=giver"))
    assert told.index("From Middle") < told.index("From Aardvark") < told.index("From Zebra")
    told = text_of(client_of(cast.pmo_head).get(page("dependency", "list") + "?sort=-giver"))
    assert told.index("From Middle") < told.index("From Aardvark") < told.index("From Zebra")


def test_who_sees_a_shared_risk_from_a_project_is_not_told_where_it_belongs(cast: Cast) -> None:
    programme = factories.programme(SECRET)
    risk = factories.entry("risk", programme, "Flood", by=cast.director)
    SharedImpact.objects.create(entry=risk, project=cast.own)
    client = client_of(cast.project_manager)
    for address in (
        page("risk", "list"),
        page("risk", "list") + "?export=csv",
        page("risk", "detail", risk.reference),
        "/api/v1/portfolio/risks/",
    ):
        told = text_of(client.get(address))
        assert "Flood" in told, address
        assert SECRET not in told, address
        assert programme.reference not in told, address


def test_what_lies_above_a_shared_risk_is_not_told_by_narrowing(cast: Cast) -> None:
    """The portfolio is the reader's to see, the programme in it is not: that the risk lies there shows by no filter or count."""
    above = factories.portfolio("Whole office")
    Project.objects.filter(pk=cast.own.pk).update(portfolio=above)
    risk = factories.entry(
        "risk", factories.programme(SECRET, portfolio=above), "Flood", current_likelihood=4, current_impact=4
    )
    SharedImpact.objects.create(entry=risk, project=cast.own)
    factories.entry("risk", cast.own, "Drought", current_likelihood=4, current_impact=4)
    client = client_of(cast.project_manager)
    for address in (
        page("risk", "list") + f"?portfolio={above.pk}",
        f"/api/v1/portfolio/risks/?portfolio={above.pk}",
        f"/api/v1/portfolio/risk-matrix/?scope={above.reference}",
    ):
        told = text_of(client.get(address))
        assert "Drought" in told, address
        assert "Flood" not in told, address
        assert "Flood" in text_of(client_of(cast.pmo_head).get(address)), address
    assert "Flood" in text_of(client.get(f"/api/v1/portfolio/risk-matrix/?scope={cast.own.reference}"))


def test_who_sees_a_shared_risk_from_a_project_is_not_told_where_it_belongs_by_the_overview(cast: Cast) -> None:
    above = factories.portfolio("Whole office")
    Project.objects.filter(pk=cast.own.pk).update(portfolio=above)
    programme = factories.programme(SECRET, portfolio=above)
    risk = factories.entry("risk", programme, "Flood", current_likelihood=5, current_impact=5)
    SharedImpact.objects.create(entry=risk, project=cast.own)
    address = "/api/v1/reporting/overview/registers/"
    told = client_of(cast.project_manager).get(address).json()
    assert [(one["title"], one["place"]) for one in told["pressing"]] == [("Flood", "")]
    assert [one["place"] for one in client_of(cast.pmo_head).get(address).json()["pressing"]] == [SECRET]
    narrowed = client_of(cast.project_manager).get(f"{address}?programme={programme.pk}")
    assert "Flood" not in text_of(narrowed)


def test_who_owns_a_shared_risk_is_not_told_where_it_belongs_by_a_refusal(cast: Cast) -> None:
    programme = factories.programme(SECRET)
    risk = factories.entry("risk", programme, "Flood", by=cast.director)
    SharedImpact.objects.create(entry=risk, project=cast.own)
    edit_entry(risk, changes={"owner": cast.project_manager}, version=risk.version, by=cast.director, at=NOW())
    client, address = client_of(cast.project_manager), f"/api/v1/portfolio/risks/{risk.reference}/"

    def patch(**changes: Any) -> Any:
        etag = client.get(address)["ETag"]
        return client.patch(address, changes, content_type="application/json", headers={"If-Match": etag})

    refused = patch(owner=cast.stranger.email)
    assert refused.status_code == 400
    assert SECRET not in text_of(refused)
    type(programme).objects.filter(pk=programme.pk).update(archived_at=NOW())
    refused = patch(title="Flood of the river")
    assert refused.status_code == 400
    assert SECRET not in text_of(refused)


def test_finding_offers_only_what_one_sees(cast: Cast) -> None:
    client = client_of(cast.project_manager)
    for what in ("scope", "project"):
        for text in ("", "Other", "Zanzibar", cast.other.reference, cast.confidential.reference):
            told = text_of(client.get(reverse("portfolio:entry-find", args=[what]) + f"?q={text}"))
            assert cast.other.title not in told
            assert cast.confidential.title not in told
    assert client.get(reverse("portfolio:entry-find", args=["user"])).status_code == 404


# --- Ended scopes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ended", [{"phase": "closed"}, {"phase": "cancelled"}, {"archived_at": "now"}])
def test_an_ended_scope_takes_no_changes(ended: dict[str, Any], cast: Cast) -> None:
    mine = factories.entry("issue", cast.own, "Mine", by=cast.project_manager)
    closed = move_entry(
        factories.entry("issue", cast.own, "Over"), "resolve", by=cast.project_manager, at=NOW(), reason="Done."
    )
    values = {key: NOW() if value == "now" else value for key, value in ended.items()}
    Project.objects.filter(pk=cast.own.pk).update(**values)
    client = client_of(cast.pmo_head)
    assert client.post(page("issue", "edit", mine.reference), form_of(mine, title="Other", severity="1")).status_code == 422
    assert (
        client.post(page("issue", "create"), {"title": "New", "scope": cast.own.reference, "severity": "1"}).status_code == 422
    )
    assert client.post(page("issue", "move", closed.reference, "reopen"), {"reason": "Again"}).status_code == 422
    rows = {"rows-TOTAL_FORMS": "1", "rows-INITIAL_FORMS": "0", "rows-0-title": "New", "scope": cast.own.reference}
    assert client.post(page("issue", "rows"), rows).status_code == 422
    api = client.post(
        "/api/v1/portfolio/issues/", {"title": "New", "project": cast.own.reference}, content_type="application/json"
    )
    assert api.status_code == 400
    # What is open can still be brought to its end.
    assert client.post(page("issue", "move", mine.reference, "resolve"), {"reason": "Done."}).status_code == 302
    assert Entry.objects.count() == 2


# --- Input ------------------------------------------------------------------------------------------------------------


def test_rows_are_added_all_or_none(cast: Cast) -> None:
    client = client_of(cast.project_manager)
    rows: dict[str, Any] = {"rows-TOTAL_FORMS": "3", "rows-INITIAL_FORMS": "0", "scope": cast.own.reference}
    rows |= {"rows-0-title": "One", "rows-1-title": "Two", "rows-1-owner": cast.stranger.pk, "rows-2-title": ""}
    told = client.post(page("action", "rows"), rows)
    assert told.status_code == 422
    assert "Row 2" in text_of(told)
    assert not Entry.objects.exists()
    assert client.post(page("action", "rows"), rows | {"rows-1-owner": cast.sponsor.pk}).status_code == 302
    assert Entry.objects.count() == 2
    assert client.post(page("action", "rows"), rows | {"rows-TOTAL_FORMS": "x"}).status_code == 422
    assert client.post(page("action", "rows"), rows | {"scope": cast.other.reference}).status_code == 422


@pytest.mark.parametrize("kind", list(KINDS))
def test_titles_are_text_and_never_markup(kind: str, cast: Cast) -> None:
    made = factories.entry(kind, cast.own, XSS, by=cast.pmo_head, description=XSS, tags=[XSS[:50]], **more(kind, cast.other))
    other = factories.entry("issue" if kind != "issue" else "risk", cast.own, "Plain")
    link_entries(made, other, meaning="relates", by=cast.pmo_head, at=NOW())
    client = client_of(cast.pmo_head)
    addresses = [page(kind, what, made.reference) for what in ("detail", "edit", "history")]
    addresses += [page(kind, "list"), page(other.kind, "detail", other.reference), reverse("core:search") + "?q=img"]
    addresses += [reverse("core:search-instant") + "?q=onerror", reverse("portfolio:entry-find", args=["entry"])]
    addresses += [page(kind, "create") + "?scope=<script>alert(2)</script>"]
    for address in addresses:
        told = text_of(client.get(address))
        assert "<img src=x" not in told, address
        assert "<script>alert(2)" not in told, address


@pytest.mark.parametrize("payload", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1+1", '=HYPERLINK("http://x")'])
def test_exports_hold_no_formulas(payload: str, cast: Cast) -> None:
    factories.entry("risk", cast.own, payload, description=payload, cause=payload)
    told = text_of(
        client_of(cast.pmo_head).get(page("risk", "list") + "?export=csv&columns=title&columns=cause&columns=description")
    )
    cells = told.splitlines()[1].split(",")
    assert not [cell for cell in cells if cell.strip('"')[:1] in "=+-@\t" and cell.strip('"')], told


@pytest.mark.parametrize("query", ["?sort=is_confidential", "?sort=owner__password", "?page=-1", "?page=x", "?owner=x", "?open=%00", "?q=%00", "?raised_after=x", "?sort=%27", "?likelihood=x", "?columns=password", "?status=none"])  # fmt: skip
def test_broken_addresses_are_answered(query: str, cast: Cast) -> None:
    factories.entry("risk", cast.own)
    client = client_of(cast.pmo_head)
    assert client.get(page("risk", "list") + query).status_code in (200, 404)
    assert client.get("/api/v1/portfolio/risks/" + query).status_code in (200, 400, 404)


# --- Two at once ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "field"), [("issue", "impact"), ("assumption", "consequence"), ("risk", "cause")])
def test_the_second_editor_sees_both_versions(kind: str, field: str, cast: Cast) -> None:
    """Also of the fields of the kind's own table; what the second one did not touch is the first one's."""
    entry = factories.entry(kind, cast.own, "Flood", by=cast.pmo_head, **{field: "As it was"})
    edit_entry(
        entry, changes={field: "By the first", "title": "Flood (first)"}, version=entry.version, by=cast.pmo_head, at=NOW()
    )
    client = client_of(cast.project_manager)
    sent = form_of(entry, severity="2", sign="threat", **{field: "By the second"})
    answer = client.post(page(kind, "edit", entry.reference), sent)
    assert answer.status_code == 409
    told = text_of(answer)
    assert "By the first" in told
    assert "By the second" in told
    choices = {row.name: row.keep for row in answer.context["conflict"].rows}
    assert {name: choices[name] for name in (field, "title")} == {field: "mine", "title": "theirs"}
    version = answer.context["conflict"].version
    assert (
        client.post(page(kind, "edit", entry.reference), sent | {"version": version, "choice-title": "theirs"}).status_code
        == 302
    )
    entry = Entry.objects.of_kind(kind).get(pk=entry.pk)
    assert (entry.title, getattr(entry.detail, field)) == ("Flood (first)", "By the second")


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_exactly_one_wins(cast: Cast) -> None:
    one = factories.entry("issue", cast.own, "Wet floor")
    edits = at_once(
        *(
            lambda title=title: edit_entry(one, changes={"title": title}, version=one.version, by=cast.pmo_head, at=NOW())
            for title in ("First", "Second")
        )
    )
    assert len(list(good(edits))) == 1, edits
    one.refresh_from_db()
    assert one.version == 2
    moves = at_once(
        *(
            lambda verb=verb: move_entry(one, verb, by=cast.pmo_head, at=NOW(), reason="Enough.", expected="open")
            for verb in ("resolve", "close")
        )
    )
    assert len(list(good(moves))) == 1, moves
    other = factories.entry("risk", cast.own, "Flood")
    links = at_once(
        lambda: link_entries(one, other, meaning="became", by=cast.pmo_head, at=NOW()),
        lambda: link_entries(other, one, meaning="became", by=cast.pmo_head, at=NOW()),
    )
    assert len(list(good(links))) == 1, links
    assert EntryLink.objects.count() == 1
    follows = at_once(*(lambda: follow_entry(one, user=cast.pmo_head) for _ in range(2)))
    assert not [answer for answer in follows if isinstance(answer, Exception)]
    assert EntryWatcher.objects.count() == 1
