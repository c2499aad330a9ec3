"""What the page of an entry reads: few statements however much hangs on it, and the same as the rules of access say."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portfolio.access_entries import ends_seen, entry_for, followers_of, sees_scope, sides_of
from portfolio.actions.changes import current_deciders, submit_change
from portfolio.actions.raid import link_entries
from portfolio.entry_parts import actions_seen, links_seen
from portfolio.models import (
    ApprovalDelegation,
    ChangeVote,
    DateOffer,
    Entry,
    EntryWatcher,
    Escalation,
    Project,
    RiskReading,
    SharedImpact,
)
from portfolio.registers import KINDS
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db
MOST = 15


def made(kind: str, cast: Cast, scope: Any, **values: Any) -> Entry:
    values |= {"giver": cast.other} if kind == "dependency" else {}
    if kind == "change":  # so large that the board decides
        values |= {"reason": "They asked", "cost_change": Decimal(90_000_000), "finish_change": 900}
    return factories.entry(kind, scope, f"The {kind}", by=cast.project_manager, **values)


def hang(entry: Entry, cast: Cast, rows: int) -> None:
    """That many more of everything that a page of an entry shows."""
    at = timezone.now()
    for number in range(rows):
        other = factories.entry("issue", cast.own, owner=cast.sponsor)
        link_entries(entry, other, meaning="relates", by=cast.pmo_head, at=at)
        link_entries(factories.entry("risk", cast.own), entry, meaning="causes", by=cast.pmo_head, at=at)
        factories.entry("action", cast.own, owner=cast.sponsor, about=entry)
        person, delegate = factories.user("board_member"), factories.user()
        factories.comment(entry, person, f"@{person.email} and @{cast.sponsor.email}: look.")
        factories.attachment(entry, person, f"plan-{number}.txt")
        EntryWatcher.objects.create(entry=entry, user=person)
        Escalation.objects.create(
            entry=entry, project=cast.own, portfolio=factories.portfolio(), reason="Too big", offered_by=person, offered_at=at,
            answer="returned", answered_by=delegate, answered_at=at, words="No",
        )  # fmt: skip
        if entry.kind == "risk":
            factories.entry("action", cast.own, owner=person, about=entry, strategy="reduce", cost=Decimal(10))
            SharedImpact.objects.create(entry=entry, project=factories.project(), impact=2)
            RiskReading.objects.create(
                entry=entry, at=at - timedelta(days=number), current_likelihood=2, current_impact=number % 4 + 1
            )
        if entry.kind == "change":
            ChangeVote.objects.create(change=entry.change, user=person, choice="abstain", cast_by=delegate, cast_at=at)
            ApprovalDelegation.objects.create(
                user=person, delegate=delegate, starts_on=at.date() - timedelta(days=1), ends_on=at.date() + timedelta(days=9)
            )
        if entry.kind == "dependency":
            DateOffer.objects.create(
                dependency=entry.dependency, side="giver", offered_on=date(2027, 1, 1), reason="Late", offered_by=person,
                offered_at=at, answer="refused", answered_by=delegate, answered_at=at,
            )  # fmt: skip


@pytest.mark.parametrize("reader", ["pmo_head", "project_manager", "board_member"])
@pytest.mark.parametrize("kind", list(KINDS))
def test_a_page_with_everything_on_it_takes_few_statements_and_no_more_for_ten_of_each(
    kind: str, reader: str, cast: Cast, signed_in: Any
) -> None:
    entry = made(kind, cast, cast.own, is_confidential=kind in ("decision", "change"))
    EntryWatcher.objects.create(entry=entry, user=getattr(cast, reader))
    client, counts = signed_in(getattr(cast, reader)), []
    for rows in (1, 9):
        hang(entry, cast, rows)
        if kind == "change" and rows == 1:
            submit_change(entry, by=cast.project_manager, at=timezone.now())
        client.get(reverse(f"portfolio:{kind}-detail", args=[entry.reference]))
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(reverse(f"portfolio:{kind}-detail", args=[entry.reference]))
        assert answer.status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= MOST, "\n".join(query["sql"] for query in queries.captured_queries)
    if kind == "change":
        assert current_deciders(entry).is_board


@pytest.mark.parametrize("kind", ["risk", "change"])
def test_an_entry_of_a_portfolio_and_a_draft_cost_no_more(kind: str, cast: Cast, signed_in: Any) -> None:
    scopes = factories.portfolio(owner=cast.sponsor), factories.programme(manager=cast.sponsor, sponsor=cast.director), cast.own
    for scope in scopes:
        entry = made(kind, cast, scope)
        hang(entry, cast, 2)
        client = signed_in(cast.pmo_head)
        client.get(reverse(f"portfolio:{kind}-detail", args=[entry.reference]))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(f"portfolio:{kind}-detail", args=[entry.reference])).status_code == 200
        assert len(queries) <= MOST, "\n".join(query["sql"] for query in queries.captured_queries)


def test_what_hangs_on_an_entry_is_what_its_reader_may_see(cast: Cast) -> None:
    entry = made("risk", cast, cast.own)
    there = [
        factories.entry("issue", cast.own),
        factories.entry("issue", cast.other),
        factories.entry("issue", cast.confidential, by=cast.director),
        factories.entry("issue", cast.own, is_confidential=True, by=cast.director),
        factories.entry("issue", cast.own, is_confidential=True, owner=cast.board_member),
        factories.entry("dependency", cast.other, giver=cast.confidential, by=cast.director),
    ]
    for number, other in enumerate(there):
        ends = (entry, other) if number % 2 else (other, entry)
        link_entries(*ends, meaning="relates", by=cast.director, at=timezone.now())
    for where, hidden in ((cast.own, False), (cast.own, True), (cast.confidential, False)):
        factories.entry("action", where, about=entry, is_confidential=hidden, by=cast.director)
    for person in [*cast.people.values(), cast.director]:
        seen = Entry.objects.visible_to(person)
        if not seen.filter(pk=entry.pk).exists():
            continue
        shown = entry_for(person, entry.reference)
        links = {link.other.pk for link in links_seen(person, shown)}
        assert links == set(seen.filter(pk__in=[other.pk for other in there]).values_list("pk", flat=True)), person
        actions = {one.pk for one in actions_seen(person, shown)}
        assert actions == set(seen.filter(action__about=entry).values_list("pk", flat=True)), person


def test_an_action_that_is_also_linked_is_both_and_a_link_in_both_directions_two(cast: Cast) -> None:
    entry, at = made("risk", cast, cast.own), timezone.now()
    action = factories.entry("action", cast.own, about=entry)
    for ends in ((entry, action), (action, entry)):
        link_entries(*ends, meaning="blocks", by=cast.pmo_head, at=at)
    shown = entry_for(cast.pmo_head, entry.reference)
    assert [(link.other.pk, link.is_out) for link in links_seen(cast.pmo_head, shown)] == [
        (action.pk, True),
        (action.pk, False),
    ]
    assert [one.pk for one in actions_seen(cast.pmo_head, shown)] == [action.pk]


def test_rights_told_from_what_was_read_are_those_that_the_database_tells(cast: Cast) -> None:
    programme = factories.programme(manager=cast.sponsor)
    inside = factories.project("Inside", programme=programme, manager=cast.director)
    factories.member(cast.stranger, "board_member", project=inside)
    factories.member(cast.board_member, "project_manager", programme=programme)
    both = (cast.own, cast.other, cast.confidential, inside)
    entries = [made("dependency", cast, cast.own), made("risk", cast, programme)]
    entries += [
        factories.entry("dependency", receiver, "Both", by=cast.director, giver=giver)
        for receiver in both
        for giver in both
        if receiver != giver
    ]
    for person in [*cast.people.values(), cast.director]:
        for entry in entries:
            if not Entry.objects.visible_to(person).filter(pk=entry.pk).exists():
                continue
            shown = entry_for(person, entry.reference, kind=entry.kind)
            scope = type(shown.scope)._default_manager.visible_to(person)  # type: ignore[attr-defined]
            assert sees_scope(person, shown) == scope.filter(pk=shown.scope.pk).exists(), (person, entry)
            if entry.kind != "dependency":
                continue
            contract = shown.dependency
            ends = {"giver": contract.giver_id, "receiver": contract.receiver_id}
            seen = set(Project.objects.visible_to(person).filter(pk__in=ends.values()).values_list("pk", flat=True))
            assert ends_seen(person, contract) == seen, (person, entry)
            held = set(Project.objects.allowed(person, "register.edit").values_list("pk", flat=True))
            if expected := {side for side, pk in ends.items() if pk in held}:
                assert sides_of(person, contract) == expected, (person, entry)


def test_followers_have_their_names(cast: Cast) -> None:
    entry = made("issue", cast, cast.own)
    for person in (cast.sponsor, cast.stranger):
        EntryWatcher.objects.create(entry=entry, user=person)
    followers = followers_of(entry_for(cast.pmo_head, entry.reference))
    assert [(one.pk, str(one)) for one in followers] == [(one.pk, str(one)) for one in (cast.sponsor, cast.stranger)]


def test_an_action_leads_to_what_it_is_for_where_its_reader_sees_that(cast: Cast, signed_in: Any) -> None:
    secret = factories.entry("risk", cast.own, "Secret risk", is_confidential=True, by=cast.director)
    hidden, plain = (factories.entry("action", cast.own, about=about) for about in (secret, made("risk", cast, cast.own)))
    client = signed_in(cast.board_member)
    page = client.get(reverse("portfolio:action-detail", args=[plain.reference])).content.decode()
    assert f'href="{reverse("portfolio:risk-detail", args=[plain.action.about.reference])}"' in page
    page = client.get(reverse("portfolio:action-detail", args=[hidden.reference])).content.decode()
    assert "Secret risk" not in page
    assert secret.reference not in page


def test_a_link_that_was_not_taken_keeps_what_was_typed(cast: Cast, signed_in: Any) -> None:
    entry = made("issue", cast, cast.own)
    answer = signed_in(cast.project_manager).post(
        reverse("portfolio:issue-link", args=[entry.reference]), {"meaning": "causes", "target": "ISS-9999"}
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'value="ISS-9999"' in page
    assert "<details open" in page


def test_the_menu_of_a_contract_offers_the_moves_of_its_readers_side(cast: Cast, signed_in: Any) -> None:
    entry = made("dependency", cast, cast.own)
    moves = {verb: reverse(f"portfolio:dependency-{verb}", args=[entry.reference]) for verb in ("agree", "break", "withdraw")}
    receiver = (
        signed_in(cast.project_manager).get(reverse("portfolio:dependency-detail", args=[entry.reference])).content.decode()
    )
    assert moves["agree"] not in receiver  # that is the giver's
    assert moves["withdraw"] in receiver
    giver = signed_in(cast.director).get(reverse("portfolio:dependency-detail", args=[entry.reference])).content.decode()
    assert moves["agree"] in giver
    assert moves["withdraw"] not in giver
