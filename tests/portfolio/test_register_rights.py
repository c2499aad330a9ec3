"""What links, responses, currencies and delegations must not let through: rights, hidden entries and money."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.errors import ActionError
from core.models import Notification
from portfolio.access_entries import check_response, decides, scope_for_entries, sides_of
from portfolio.actions.changes import submit_change
from portfolio.actions.delegations import delegate_approvals
from portfolio.actions.dependencies import move_dependency
from portfolio.actions.raid import convert_entry, edit_entry, link_entries, move_entry
from portfolio.actions.responses import add_response, close_risk, open_responses
from portfolio.actions.risks import current_scale
from portfolio.actions.scales import save_category
from portfolio.actions.shared_impacts import share_risk
from portfolio.filters.raid import DependencyFilters
from portfolio.models import ApprovalDelegation, Category, ChangeRequest, Entry, EntryLink, EntryWatcher, Project, SharedImpact
from portfolio.models.raid_counts import of_projects, read_items
from portfolio.project_changes import approved_changes
from portfolio.urls import urlpatterns
from portfolio.views.project_changes import waiting_of
from tests import factories
from tests.cast import Cast
from tests.portfolio.test_entry_attacks import at_once, good

pytestmark = pytest.mark.django_db
SECRET = "Xylophone reorganisation"


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def respond(risk: Entry, by: Any, **values: Any) -> Entry:
    values = {"title": "Second supplier", "strategy": "reduce", "probability_effect": Decimal(20)} | values
    return add_response(risk, values=values, by=by, at=timezone.now())


# --- A hidden response ------------------------------------------------------------------------------------------------


def test_who_closes_a_risk_neither_hears_of_a_hidden_response_nor_ends_it(cast: Cast) -> None:
    risk = factories.entry("risk", cast.own, by=cast.project_manager, current_likelihood=5, current_impact=5)
    hidden = respond(risk, cast.project_manager, title=SECRET, is_confidential=True, owner=cast.project_manager)
    assert open_responses(risk, cast.pmo_analyst) == []
    page = client_of(cast.pmo_analyst).get(reverse("portfolio:risk-close", args=[risk.reference])).content.decode()
    assert 'name="fate"' not in page
    assert SECRET not in page
    close_risk(risk, reason="Over", fate="", by=cast.pmo_analyst, at=timezone.now())
    hidden.refresh_from_db()
    assert hidden.is_open
    assert not EntryWatcher.objects.filter(entry=hidden, user=cast.pmo_analyst).exists()
    assert not Entry.objects.visible_to(cast.pmo_analyst).filter(pk=hidden.pk).exists()


def test_a_hidden_response_does_not_answer_a_risk_for_others(cast: Cast) -> None:
    risk = factories.entry("risk", cast.own, by=cast.project_manager, current_likelihood=5, current_impact=5)
    respond(risk, cast.project_manager, is_confidential=True)
    since = timezone.now() - timedelta(days=30)
    items = read_items(cast.pmo_head, of_projects([cast.own.pk]), since=since, scale=current_scale())
    assert [item.is_answered for item in items if item.pk == risk.pk] == [False]


def test_history_does_not_name_the_hidden_risk_that_ended_a_response(cast: Cast) -> None:
    risk = factories.entry("risk", cast.other, SECRET, by=cast.director, is_confidential=True)
    shown = respond(risk, cast.director, is_confidential=False)
    sent = {"reason": "Over", "fate": "finish", "expected": "open"}
    assert client_of(cast.director).post(reverse("portfolio:risk-close", args=[risk.reference]), sent).status_code == 302
    shown.refresh_from_db()
    assert shown.status == "done"
    address = reverse("portfolio:action-history", args=[shown.reference])
    for query in ("", "?export=history.csv"):
        answer = client_of(cast.pmo_head).get(address + query)
        told = b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()
        assert shown.reference in told
        assert risk.reference not in told, query
    assert f"/{risk.reference}/close/" in client_of(cast.director).get(address).content.decode()


def test_null_for_a_hidden_entry_takes_nothing_away(cast: Cast) -> None:
    hidden = factories.entry("risk", cast.other, by=cast.director, is_confidential=True)
    mine = factories.entry("action", cast.own, by=cast.project_manager, about=hidden)
    client = client_of(cast.project_manager)
    address = f"/api/v1/portfolio/actions/{mine.reference}/"
    read = client.get(address)
    assert read.json()["about"] is None
    sent = {"title": "Do it now", "about": None}
    answer = client.patch(address, sent, content_type="application/json", headers={"If-Match": read["ETag"]})
    assert answer.status_code == 200, answer.content
    mine.refresh_from_db()
    assert (mine.title, mine.action.about_id) == ("Do it now", hidden.pk)


# --- Who writes through what is linked ----------------------------------------------------------------------------------


def test_nobody_answers_a_risk_that_they_may_not_edit(cast: Cast) -> None:
    theirs = factories.entry("risk", cast.other, by=cast.director, probability=Decimal(50), impact_likely=Decimal(1000))
    factories.member(cast.project_manager, "sponsor", project=cast.other)  # sees it, edits nothing there
    values = {"about": theirs, "strategy": "reduce", "probability_effect": Decimal(100)}
    with pytest.raises(ActionError) as caught:
        check_response(cast.project_manager, values)
    assert caught.value.field == "about"
    check_response(cast.project_manager, {"about": theirs})  # a plain action about it moves no figure
    check_response(cast.director, values)
    client = client_of(cast.project_manager)
    sent = {"title": "Nice try", "project": cast.own.reference, "about": theirs.reference, "strategy": "reduce"}
    answer = client.post("/api/v1/portfolio/actions/", sent, content_type="application/json")
    assert answer.status_code == 400, answer.content
    assert not Entry.objects.filter(kind="action").exists()
    # A response to an own risk is not hung on a foreign one by its form either.
    own = factories.entry("risk", cast.own, by=cast.project_manager)
    made = respond(own, cast.project_manager)
    form = {
        "title": made.title, "scope": cast.own.reference, "about": theirs.reference, "version": made.version,
        "raised_on": made.raised_on.isoformat(), "currency": made.currency,
    }  # fmt: skip
    assert client.post(reverse("portfolio:action-edit", args=[made.reference]), form).status_code == 422
    made.refresh_from_db()
    assert made.action.about_id == own.pk


def test_an_owner_without_rights_does_not_carry_an_entry_away(cast: Cast) -> None:
    lent = factories.entry("issue", cast.own, owner=cast.sponsor)
    theirs = factories.project("Sponsor's own", manager=cast.sponsor)
    with pytest.raises(ActionError) as caught:
        scope_for_entries(cast.sponsor, theirs.reference, current=lent)
    assert caught.value.field == "scope"
    assert scope_for_entries(cast.sponsor, cast.own.reference, current=lent) == cast.own
    client = client_of(cast.sponsor)
    address = f"/api/v1/portfolio/issues/{lent.reference}/"
    tag = client.get(address)["ETag"]
    answer = client.patch(address, {"project": theirs.reference}, content_type="application/json", headers={"If-Match": tag})
    assert answer.status_code == 403
    lent.refresh_from_db()
    assert lent.project == cast.own


def test_an_owner_from_the_giving_side_does_not_speak_for_a_receiver_that_they_do_not_see(cast: Cast) -> None:
    entry = factories.entry("dependency", cast.other, by=cast.director, giver=cast.own)
    entry = edit_entry(entry, changes={"owner": cast.sponsor}, version=entry.version, by=cast.director, at=timezone.now())
    assert sides_of(cast.sponsor, entry.dependency) == frozenset()
    factories.member(cast.sponsor, "sponsor", project=cast.other)
    del cast.sponsor._scopes
    assert sides_of(cast.sponsor, entry.dependency) == {"receiver"}


def test_a_filter_does_not_tell_where_a_hidden_receiver_belongs(cast: Cast, rf: Any) -> None:
    programme = factories.programme()
    Project.objects.filter(pk=cast.confidential.pk).update(programme=programme)
    entry = factories.entry("dependency", Project.objects.get(pk=cast.confidential.pk), by=cast.director, giver=cast.own)
    request = rf.get("/")
    for person, found in ((cast.pmo_head, []), (cast.director, [entry])):
        request.user = person
        rows = Entry.objects.visible_to(person).filter(kind="dependency")
        assert list(rows) == [entry]
        if person == cast.pmo_head:
            assert list(DependencyFilters({"programme": programme.pk}, rows, request=request).qs) == found


# --- Where a shared risk belongs ----------------------------------------------------------------------------------------


def test_the_risk_map_does_not_name_what_a_shared_risk_belongs_to(cast: Cast) -> None:
    programme = factories.programme(SECRET)
    risk = factories.entry(
        "risk", programme, "Flood", by=cast.director, current_likelihood=5, current_impact=5, probability=Decimal(50),
        impact_likely=Decimal(1000),
    )  # fmt: skip
    SharedImpact.objects.create(entry=risk, project=cast.own)
    client = client_of(cast.project_manager)
    pages = [reverse(f"portfolio:risk-{name}") for name in ("matrix", "exposure", "shared")]
    pages.append(reverse("portfolio:project-registers", args=[cast.own.reference]))
    for address in pages:
        told = client.get(address).content.decode()
        assert "Flood" in told or "exposure" in address, address
        assert SECRET not in told, address
        assert programme.reference not in told, address
    assert SECRET in client_of(cast.pmo_head).get(reverse("portfolio:risk-matrix")).content.decode()


def test_a_shared_risk_does_not_move_into_one_project(cast: Cast) -> None:
    programme = factories.programme()
    risk = factories.entry("risk", programme, by=cast.pmo_head)
    share_risk(risk, cast.own, values={}, by=cast.pmo_head, at=timezone.now())
    moved: dict[str, Any] = {"project": cast.confidential, "programme": None}
    with pytest.raises(ActionError) as caught:
        edit_entry(risk, changes=moved, version=risk.version, by=cast.director, at=timezone.now())
    assert caught.value.field == "project"
    SharedImpact.objects.all().delete()
    edit_entry(risk, changes=moved, version=risk.version, by=cast.director, at=timezone.now())


# --- Money --------------------------------------------------------------------------------------------------------------


def test_amounts_keep_their_currency_when_the_project_changes_its_own(cast: Cast) -> None:
    risk = factories.entry("risk", cast.own, by=cast.project_manager, probability=Decimal(50), impact_likely=Decimal(1000))
    Project.objects.filter(pk=cast.own.pk).update(currency="JPY")
    at = timezone.now()
    risk = Entry.objects.get(pk=risk.pk)
    risk = edit_entry(
        risk, changes={"title": "Reworded", "impact_likely": Decimal(1000), "currency": "JPY"}, version=risk.version,
        by=cast.project_manager, at=at,
    )  # fmt: skip
    assert risk.currency == "GBP"  # a thousand pounds did not become a thousand yen
    risk = edit_entry(risk, changes={"impact_likely": Decimal(190_000)}, version=risk.version, by=cast.project_manager, at=at)
    assert risk.currency == "JPY"
    bare = factories.entry("issue", Project.objects.get(pk=cast.own.pk), by=cast.project_manager)
    assert bare.currency == "JPY"


def test_changes_in_another_currency_are_not_added_up(cast: Cast) -> None:
    values = {"reason": "Softer ground", "cost_change": Decimal(1000)}
    entry = submit_change(
        factories.entry("change", cast.own, by=cast.project_manager, **values), by=cast.project_manager, at=timezone.now()
    )
    assert "1,000" in waiting_of(cast.pmo_head, entry.project)
    Project.objects.filter(pk=cast.own.pk).update(currency="EUR")
    project = Project.objects.get(pk=cast.own.pk)
    assert "1,000" not in waiting_of(cast.pmo_head, project)
    assert "1 change waits" in waiting_of(cast.pmo_head, project)
    ChangeRequest.objects.filter(pk=entry.pk).update(after={"budget": "2000.00"}, before={"budget": "1000.00"})
    assert approved_changes(cast.pmo_head, project) == []
    assert len(approved_changes(cast.pmo_head, project, currency="GBP")) == 1


# --- Changes ------------------------------------------------------------------------------------------------------------


def test_who_votes_is_not_chosen_by_making_a_submitted_change_confidential(cast: Cast) -> None:
    factories.user("board_member")
    values = {"reason": "Softer ground", "cost_change": Decimal(900_000)}
    entry = factories.entry("change", cast.own, by=cast.project_manager, owner=cast.project_manager, **values)
    entry = submit_change(entry, by=cast.project_manager, at=timezone.now())
    with pytest.raises(ActionError) as caught:
        edit_entry(entry, changes={"is_confidential": True}, version=entry.version, by=cast.project_manager, at=timezone.now())
    assert caught.value.field == "is_confidential"
    back = move_entry(entry, "recall", by=cast.project_manager, at=timezone.now(), reason="More to say")
    edit_entry(back, changes={"is_confidential": True}, version=back.version, by=cast.project_manager, at=timezone.now())


def test_an_auditor_decides_for_nobody(cast: Cast) -> None:
    today = timezone.localdate()
    days = {"starts_on": today, "ends_on": today + timedelta(days=5)}
    with pytest.raises(ActionError) as caught:
        delegate_approvals(user=cast.board_member, delegate=cast.auditor, by=cast.board_member, at=timezone.now(), **days)
    assert caught.value.field == "delegate"
    # One who became an auditor afterwards.
    ApprovalDelegation.objects.create(user=cast.sponsor, delegate=cast.auditor, **days)
    ApprovalDelegation.objects.create(user=cast.board_member, delegate=cast.auditor, **days)
    entry = factories.entry("change", cast.own, by=cast.project_manager, reason="Softer ground", cost_change=Decimal(1000))
    entry = submit_change(entry, by=cast.project_manager, at=timezone.now())
    assert not decides(cast.auditor, entry)
    for verb in ("approve", "vote"):
        assert client_of(cast.auditor).get(reverse(f"portfolio:change-{verb}", args=[entry.reference])).status_code == 403


def test_the_office_does_not_delegate_the_decisions_of_others_to_itself(cast: Cast) -> None:
    today = timezone.localdate()
    days = {"starts_on": today.isoformat(), "ends_on": today.isoformat()}
    client, address = client_of(cast.administrator), reverse("portfolio:delegation-create")
    sent = {"user": cast.sponsor.pk, "delegate": cast.administrator.pk, **days}
    answer = client.post(address, sent)
    assert answer.status_code == 422
    assert not ApprovalDelegation.objects.exists()
    assert client.post(address, sent | {"delegate": cast.board_member.pk}).status_code == 302
    own = {"user": cast.administrator.pk, "delegate": cast.sponsor.pk, **days}
    assert client.post(address, own).status_code == 302


# --- Twice --------------------------------------------------------------------------------------------------------------


def test_a_second_click_makes_no_second_issue(cast: Cast) -> None:
    risk = factories.entry("risk", cast.own, by=cast.project_manager, current_likelihood=5, current_impact=5)
    at = timezone.now()
    first = convert_entry(risk, "issue", by=cast.project_manager, at=at)
    assert convert_entry(risk, "issue", by=cast.project_manager, at=at + timedelta(seconds=3)) == first
    assert Entry.objects.filter(kind="issue").count() == 1
    # Later it is meant; and of an issue as many actions as one likes.
    assert convert_entry(risk, "issue", by=cast.project_manager, at=at + timedelta(hours=1)) != first
    assert len({convert_entry(first, "action", by=cast.project_manager, at=at).pk for _ in range(2)}) == 2


def test_each_project_that_comes_to_share_a_risk_is_told_of(cast: Cast) -> None:
    risk = factories.entry("risk", factories.programme(), by=cast.pmo_analyst, owner=cast.pmo_head)
    risk = move_entry(risk, "treat", by=cast.pmo_analyst, at=timezone.now())
    for project in (cast.own, cast.other):
        share_risk(risk, project, values={}, by=cast.pmo_analyst, at=timezone.now())
    told = Notification.objects.filter(user=cast.pmo_head, text__endswith="is shared with another project")
    assert told.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_no_circle(cast: Cast) -> None:
    at = timezone.now()
    one, two, three, four = (factories.entry("issue", cast.own) for _ in range(4))
    for source, target in ((one, two), (three, four)):
        link_entries(source, target, meaning="became", by=cast.pmo_head, at=at)
    # Each half closes the circle with the other; they have no entry in common.
    links = at_once(
        lambda: link_entries(two, three, meaning="became", by=cast.pmo_head, at=at),
        lambda: link_entries(four, one, meaning="became", by=cast.pmo_head, at=at),
    )
    assert len(list(good(links))) == 1, links
    assert EntryLink.objects.count() == 3
    wet, dry = (save_category(Category(), values={"name": name}, version=None) for name in ("Wet", "Dry"))
    moves = at_once(
        *(
            lambda row=row, above=above: save_category(row, values={"parent": above}, version=row.version)
            for row, above in ((wet, dry), (dry, wet))
        )
    )
    assert len(list(good(moves))) == 1, moves
    assert all(isinstance(answer, (Category, ActionError)) for answer in moves), moves


# --- Where something could be escalated to ------------------------------------------------------------------------------


def test_what_stands_above_a_hidden_scope_is_not_offered(cast: Cast) -> None:
    """The giver of a dependency, and the owner of a shared risk, need not see what the entry belongs to."""
    above = factories.portfolio(SECRET, owner=cast.director)
    programme = factories.programme(f"{SECRET} programme", portfolio=above)
    Project.objects.filter(pk=cast.confidential.pk).update(programme=programme)
    hidden = Project.objects.get(pk=cast.confidential.pk)
    given = factories.entry("dependency", hidden, by=cast.director, giver=cast.own)
    risk = factories.entry("risk", programme, by=cast.director)
    share_risk(risk, cast.own, values={}, by=cast.director, at=timezone.now())
    edit_entry(risk, changes={"owner": cast.project_manager}, version=risk.version, by=cast.director, at=timezone.now())
    client = client_of(cast.project_manager)
    for kind, entry in (("dependencies", given), ("risks", risk)):
        page = client.get(reverse("portfolio:entry-escalate", args=[entry.reference]))
        told = page.content.decode()
        sent = {"to": "x", "reason": "y"}
        answer = client.post(f"/api/v1/portfolio/{kind}/{entry.reference}/escalations/", sent, content_type="application/json")
        told += answer.content.decode()
        assert SECRET not in told, kind
        assert programme.reference not in told, kind
        assert above.reference not in told, kind
        assert answer.status_code in (400, 403), kind


def test_the_owner_of_a_shared_risk_is_not_told_what_it_belongs_to(cast: Cast) -> None:
    above = factories.portfolio(SECRET, owner=cast.director)
    programme = factories.programme(f"{SECRET} programme", portfolio=above)
    risk = factories.entry("risk", programme, "Flood", by=cast.director, current_likelihood=3, current_impact=3)
    share_risk(risk, cast.own, values={}, by=cast.director, at=timezone.now())
    edit_entry(risk, changes={"owner": cast.project_manager}, version=risk.version, by=cast.director, at=timezone.now())
    respond(risk, cast.director, owner=None)
    client = client_of(cast.project_manager)
    asked = [
        reverse(f"portfolio:{url.name}", args=[risk.reference, *further])
        for url, further in one_argument("risk", "entry")
    ]  # fmt: skip
    api = f"/api/v1/portfolio/risks/{risk.reference}/"
    asked += [
        api,
        *(f"{api}{what}/" for what in ("moves", "links", "shared", "readings", "escalations", "history", "comments")),
    ]
    asked += ["/api/v1/portfolio/risks/", "/portfolio/risks/?export=csv", "/api/v1/portfolio/actions/"]
    version = Entry.objects.get(pk=risk.pk).version
    for address in asked:
        answer = client.get(address)
        told = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode("utf-8", "replace")
        for words in (SECRET, programme.reference, above.reference):
            assert words not in told, (words, address)
    # It can be edited without saying where it belongs, and stays there.
    form = client.get(reverse("portfolio:risk-edit", args=[risk.reference])).context["form"]
    sent = {name: "" if form[name].value() is None else str(form[name].value()) for name in form.fields}
    sent |= {"title": "Flood again", "version": str(version), "tags": ""}
    answer = client.post(reverse("portfolio:risk-edit", args=[risk.reference]), sent)
    assert answer.status_code == 302, answer.context["form"].errors
    row = Entry.objects.get(pk=risk.pk)
    assert (row.title, row.programme) == ("Flood again", programme)


def one_argument(*kinds: str) -> Any:
    """The addresses of a register that take a reference alone; of a conversion, with what it becomes."""
    for url in urlpatterns:
        if str(url.name).split("-")[0] in kinds and re.search(r"reference", str(url.pattern)):
            names = set(url.pattern.converters) | set(getattr(url.pattern, "regex", re.compile("")).groupindex)
            if names == {"reference"}:
                yield url, []


def test_the_giver_is_not_told_whom_it_gives_to(cast: Cast) -> None:
    programme = factories.programme(f"{SECRET} programme")
    Project.objects.filter(pk=cast.confidential.pk).update(programme=programme, title=SECRET)
    entry = factories.entry(
        "dependency", Project.objects.get(pk=cast.confidential.pk), "A crane", by=cast.director, giver=cast.own
    )
    day = timezone.localdate() + timedelta(days=5)
    move_dependency(entry, "agree", sides={"giver"}, day=day, by=cast.project_manager, at=timezone.now())
    client = client_of(cast.project_manager)
    asked = [reverse(f"portfolio:{url.name}", args=[entry.reference]) for url, _further in one_argument("dependency", "entry")]
    assert len(asked) > 5
    api = f"/api/v1/portfolio/dependencies/{entry.reference}/"
    asked += [api, *(f"{api}{what}/" for what in ("moves", "links", "offers", "escalations", "history", "comments"))]
    asked += ["/portfolio/dependencies/?export=csv", "/portfolio/dependencies/network/", "/portfolio/dependencies/matrix/", "/"]
    for address in asked:
        answer = client.get(address)
        told = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode("utf-8", "replace")
        for words in (SECRET, programme.reference, cast.confidential.reference):
            assert words not in told, (words, address)
