"""A dependency as a contract: who may do what, over HTTP first; offers, mails, hidden projects, two answers at once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from core.errors import ActionError
from core.models import Notification, OutgoingMail
from portfolio.access_entries import sides_of
from portfolio.actions.dependencies import answer_offer, move_dependency, offer_date
from portfolio.actions.raid import edit_entry
from portfolio.models import DateOffer, Dependency, Entry, Membership, Project
from portfolio.views.dependencies import contracts_of
from tests import factories
from tests.cast import Cast

SignIn = Callable[[User], Client]
NOW = timezone.now


def day(offset: int) -> date:
    """A day so far from today."""
    return timezone.localdate() + timedelta(days=offset)


@dataclass
class Pair:
    """A contract between two projects, each with its manager."""

    giver: Project
    receiver: Project
    gives: User
    gets: User
    entry: Entry

    @property
    def now(self) -> Dependency:
        """The contract as it is now."""
        return Dependency.objects.select_related("entry").get(pk=self.entry.pk)


@pytest.fixture
def pair(db: None) -> Pair:
    """A proposed contract, needed in thirty days."""
    gives, gets = factories.user(name="Gina Giver"), factories.user(name="Rob Receiver")
    giver = factories.project("Data platform", manager=gives)
    receiver = factories.project("Customer portal", manager=gets)
    # Each may see the other's project, as most people may.
    factories.member(gives, "auditor", project=receiver)
    factories.member(gets, "auditor", project=giver)
    entry = factories.entry(
        "dependency", receiver, "Test environment", by=gets, giver=giver, due_on=day(30), acceptance="Masked data"
    )
    return Pair(giver, receiver, gives, gets, entry)


@pytest.fixture
def agreed(pair: Pair) -> Pair:
    """The contract with a commitment ten days before the need."""
    move_dependency(pair.entry, "agree", sides={"giver"}, by=pair.gives, at=NOW(), day=day(20))
    return pair


def url(pair: Pair, verb: str, *more: Any) -> str:
    """The address of a step."""
    return reverse(f"portfolio:dependency-{verb}", args=[pair.entry.reference, *more])


def text(response: Any) -> str:
    """The answer as text."""
    return response.content.decode()


# The way of a contract


def test_giver_agrees_delivers_and_receiver_accepts(pair: Pair, signed_in: SignIn) -> None:
    client = signed_in(pair.gives)
    assert client.post(url(pair, "agree"), {"expected": "proposed", "day": day(20).isoformat()}).status_code == 302
    assert (pair.now.entry.status, pair.now.committed_on) == ("agreed", day(20))
    assert client.post(url(pair, "deliver"), {"expected": "agreed", "day": day(0).isoformat()}).status_code == 302
    client = signed_in(pair.gets)
    assert client.post(url(pair, "accept"), {"expected": "delivered", "reason": "All there"}).status_code == 302
    now = pair.now
    assert (now.entry.status, now.entry.is_open, now.entry.outcome) == ("accepted", False, "All there")
    assert (now.delivered_on, now.accepted_on) == (day(0), day(0))


@pytest.mark.parametrize(("who", "verb"), [("gets", "agree"), ("gives", "withdraw")])
def test_the_other_side_cannot_make_the_move(pair: Pair, signed_in: SignIn, who: str, verb: str) -> None:
    response = signed_in(getattr(pair, who)).post(url(pair, verb), {"day": day(20).isoformat(), "reason": "No"})
    assert response.status_code == 403
    assert pair.now.entry.status == "proposed"


@pytest.mark.parametrize("verb", ["agree", "deliver", "accept", "return", "endanger", "restore", "break", "withdraw", "reopen"])
def test_strangers_find_nothing(pair: Pair, cast: Cast, signed_in: SignIn, verb: str) -> None:
    assert signed_in(cast.stranger).get(url(pair, verb)).status_code == 404
    assert signed_in(cast.auditor).get(url(pair, verb)).status_code == 403


def test_return_needs_a_reason_and_takes_the_delivery_back(agreed: Pair, signed_in: SignIn) -> None:
    move_dependency(agreed.entry, "deliver", sides={"giver"}, by=agreed.gives, at=NOW(), day=day(0))
    client = signed_in(agreed.gets)
    response = client.post(url(agreed, "return"), {"expected": "delivered", "reason": ""})
    assert response.status_code == 422
    assert client.post(url(agreed, "return"), {"expected": "delivered", "reason": "No data in it"}).status_code == 302
    assert (agreed.now.entry.status, agreed.now.delivered_on) == ("at_risk", None)


def test_a_moved_contract_is_not_moved_again(agreed: Pair, signed_in: SignIn) -> None:
    response = signed_in(agreed.gives).post(url(agreed, "agree"), {"expected": "proposed", "day": day(25).isoformat()})
    assert response.status_code == 422
    assert "Agreed" in text(response)
    assert agreed.now.committed_on == day(20)


@pytest.mark.parametrize(
    ("given", "sentence"), [("", "required"), ("past", "has passed"), ("closed", "closed: it cannot commit")]
)
def test_a_commitment_that_cannot_be_is_refused_at_its_field(pair: Pair, signed_in: SignIn, given: str, sentence: str) -> None:
    typed = {"": "", "past": day(-1).isoformat(), "closed": day(9).isoformat()}[given]
    if given == "closed":
        Project.objects.filter(pk=pair.giver.pk).update(phase="closed")
    response = signed_in(pair.gives).post(url(pair, "agree"), {"expected": "proposed", "day": typed})
    assert response.status_code == 422
    assert sentence in text(response)
    assert response.context["form"].errors["day"]
    assert pair.now.entry.status == "proposed"


def test_delivery_is_not_in_the_future(agreed: Pair, signed_in: SignIn) -> None:
    response = signed_in(agreed.gives).post(url(agreed, "deliver"), {"expected": "agreed", "day": day(3).isoformat()})
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["day"])


def test_reopened_contract_is_proposed_anew(agreed: Pair) -> None:
    move_dependency(agreed.entry, "withdraw", sides={"receiver"}, by=agreed.gets, at=NOW(), reason="Done without")
    assert agreed.now.entry.is_open is False
    move_dependency(agreed.entry, "reopen", sides={"receiver"}, by=agreed.gets, at=NOW(), reason="Needed after all")
    assert (agreed.now.entry.status, agreed.now.committed_on) == ("proposed", None)


# Sides


def test_sides_are_where_one_edits_the_register(pair: Pair, cast: Cast) -> None:
    def sides(user: User) -> set[str]:
        return set(sides_of(user, pair.now))

    assert (sides(pair.gives), sides(pair.gets), sides(cast.pmo_head)) == ({"giver"}, {"receiver"}, {"giver", "receiver"})
    assert sides(cast.stranger) == sides(cast.auditor) == set()
    Entry.objects.filter(pk=pair.entry.pk).update(owner=cast.sponsor)
    factories.member(cast.sponsor, "sponsor", project=pair.receiver)
    assert sides(cast.sponsor) == {"receiver"}
    Entry.objects.filter(pk=pair.entry.pk).update(owner=pair.gives)
    assert sides(pair.gives) == {"giver"}  # the owner of an entry does not act for both


def test_page_offers_what_this_side_may_do(agreed: Pair, cast: Cast, signed_in: SignIn) -> None:
    page = text(signed_in(agreed.gives).get(url(agreed, "detail")))
    assert url(agreed, "deliver") in page
    assert url(agreed, "offer") in page
    assert url(agreed, "withdraw") not in page
    page = text(signed_in(agreed.gets).get(url(agreed, "detail")))
    assert url(agreed, "deliver") not in page
    assert url(agreed, "withdraw") in page
    assert "10 days of buffer" in page
    page = text(signed_in(cast.auditor).get(url(agreed, "detail")))
    assert url(agreed, "offer") not in page
    page = text(signed_in(cast.pmo_head).get(url(agreed, "detail")))
    assert "You act for both sides" in page


def test_each_side_rates_for_itself(agreed: Pair, signed_in: SignIn) -> None:
    client = signed_in(agreed.gives)
    assert client.get(url(agreed, "rate-giver")).status_code == 200
    assert client.post(url(agreed, "rate-giver"), {"rag": "amber"}).status_code == 302
    assert client.post(url(agreed, "rate-receiver"), {"rag": "red"}).status_code == 403
    assert client.post(url(agreed, "rate-giver"), {"rag": "pink"}).status_code == 422
    assert (agreed.now.giver_rag, agreed.now.receiver_rag) == ("amber", "")


# What stands once it is agreed


@pytest.mark.parametrize(
    ("field", "value"),
    [("due_on", day(40)), ("committed_on", day(40)), ("giver_rag", "green"), ("giver", "other")],
)
def test_agreed_terms_are_not_edited(agreed: Pair, field: str, value: Any) -> None:
    value = factories.project() if value == "other" else value
    row = Entry.objects.get(pk=agreed.entry.pk)
    with pytest.raises(ActionError) as caught:
        edit_entry(row, changes={field: value}, version=row.version, by=agreed.gets, at=NOW())
    assert caught.value.field == field


def test_form_says_at_the_field_what_is_wrong(pair: Pair, cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(pair.gets)
    values = {"title": "Keys", "scope": pair.receiver.reference, "due_on": day(9).isoformat()}
    for giver in (pair.receiver, cast.confidential, cast.other):
        response = client.post(reverse("portfolio:dependency-create"), values | {"giver": giver.reference})
        assert response.status_code == 422
        assert list(response.context["form"].errors) == ["giver"]
        assert "Zanzibar" not in text(response)
    Project.objects.filter(pk=pair.giver.pk).update(phase="closed")
    response = client.post(reverse("portfolio:dependency-create"), values | {"giver": pair.giver.reference})
    assert "gives nothing any more" in str(response.context["form"].errors["giver"])
    Project.objects.filter(pk=pair.giver.pk).update(phase="delivery")
    made = client.post(reverse("portfolio:dependency-create"), values | {"giver": pair.giver.reference})
    assert made.status_code == 302
    assert Dependency.objects.get(entry__title="Keys").receiver == pair.receiver


# Other days


def offer(pair: Pair, side: str = "giver", offset: int = 35) -> DateOffer:
    """An offered day."""
    by = pair.gives if side == "giver" else pair.gets
    return offer_date(pair.entry, side=side, day=day(offset), reason="The supplier is late", sides={side}, by=by, at=NOW())


def test_giver_offers_and_receiver_accepts(agreed: Pair, signed_in: SignIn) -> None:
    client = signed_in(agreed.gives)
    data = {"side": "giver", "offered_on": day(35).isoformat(), "reason": "The supplier is late"}
    assert client.post(url(agreed, "offer"), data).status_code == 302
    made = DateOffer.objects.get()
    assert agreed.now.committed_on == day(20)  # stands until it is accepted
    assert client.post(url(agreed, "offer-accept", made.pk), {}).status_code == 403
    client = signed_in(agreed.gets)
    assert "5 days too late" in text(client.get(url(agreed, "detail")))
    assert client.post(url(agreed, "offer-accept", made.pk), {"words": "Fine"}).status_code == 302
    assert agreed.now.committed_on == day(35)
    assert client.post(url(agreed, "offer-refuse", made.pk), {"words": "No"}).status_code == 422


def test_receiver_offers_another_need_and_giver_refuses_with_a_reason(agreed: Pair, signed_in: SignIn) -> None:
    made = offer(agreed, "receiver", 25)
    client = signed_in(agreed.gives)
    assert client.post(url(agreed, "offer-refuse", made.pk), {"words": ""}).status_code == 422
    assert client.post(url(agreed, "offer-refuse", made.pk), {"words": "Nobody is free"}).status_code == 302
    assert agreed.now.entry.due_on == day(30)
    made = offer(agreed, "receiver", 40)
    assert client.post(url(agreed, "offer-accept", made.pk), {}).status_code == 302
    assert agreed.now.entry.due_on == day(40)


def test_an_offer_is_withdrawn_by_its_own_side_only(agreed: Pair, signed_in: SignIn) -> None:
    made = offer(agreed)
    assert signed_in(agreed.gets).post(url(agreed, "offer-withdraw", made.pk)).status_code == 403
    assert signed_in(agreed.gives).post(url(agreed, "offer-withdraw", made.pk)).status_code == 302
    made.refresh_from_db()
    assert made.answer == "withdrawn"


def test_who_acts_for_both_sides_may_answer_and_is_told_so(agreed: Pair, cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.pmo_head)
    data = {"side": "giver", "offered_on": day(26).isoformat(), "reason": "Agreed by telephone"}
    assert client.post(url(agreed, "offer"), data).status_code == 302
    made = DateOffer.objects.get()
    assert "You offered this day yourself" in text(client.get(url(agreed, "offer-accept", made.pk)))
    assert client.post(url(agreed, "offer-accept", made.pk), {}).status_code == 302
    made.refresh_from_db()
    assert (made.offered_by, made.answered_by) == (cast.pmo_head, cast.pmo_head)


def test_offers_that_make_no_sense_are_refused(agreed: Pair, pair: Pair) -> None:
    for offset, side, field in ((20, "giver", "offered_on"), (-1, "giver", "offered_on"), (30, "receiver", "offered_on")):
        with pytest.raises(ActionError) as caught:
            offer(agreed, side, offset)
        assert caught.value.field == field
    offer(agreed)
    with pytest.raises(ActionError):
        offer(agreed, "receiver", 50)  # one at a time


def test_nothing_is_offered_before_it_is_agreed(pair: Pair) -> None:
    with pytest.raises(ActionError):
        offer(pair)


def test_an_offer_ends_with_the_contract(agreed: Pair) -> None:
    made = offer(agreed)
    move_dependency(agreed.entry, "break", sides={"giver"}, by=agreed.gives, at=NOW(), reason="The supplier is bankrupt")
    made.refresh_from_db()
    assert made.answer == "withdrawn"


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_exactly_one_counts(agreed: Pair) -> None:
    made = offer(agreed)
    barrier, outcomes = Barrier(2), []

    def answer(accept: bool) -> None:
        barrier.wait()
        try:
            answer_offer(made, accept=accept, sides={"receiver"}, by=agreed.gets, at=NOW(), words="Said at once")
            outcomes.append(accept)
        except ActionError as error:
            outcomes.append(str(error))
        finally:
            connection.close()

    threads = [Thread(target=answer, args=[accept]) for accept in (True, False)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    won = [one for one in outcomes if isinstance(one, bool)]
    assert len(won) == 1, outcomes
    assert "answered already" in next(one for one in outcomes if isinstance(one, str))
    made.refresh_from_db()
    assert made.answer == ("accepted" if won[0] else "refused")
    assert agreed.now.committed_on == (day(35) if won[0] else day(20))


# Who is told


def test_the_other_side_is_told_once_by_mail_and_under_the_bell(agreed: Pair) -> None:
    OutgoingMail.objects.all().delete()
    made = offer(agreed)
    mail = OutgoingMail.objects.get()
    assert mail.user == agreed.gets
    assert "the giver offers" in mail.subject
    for body in (mail.text, mail.html):
        assert "The supplier is late" in body
        assert "Data platform" in body
        assert "Customer portal" in body
    assert set(mail.shows) == {f"entry:{agreed.entry.pk}", f"project:{agreed.giver.pk}", f"project:{agreed.receiver.pk}"}
    assert Notification.objects.filter(user=agreed.gets, key=f"dependency:{agreed.entry.pk}:offer:{made.pk}").count() == 1
    answer_offer(made, accept=True, sides={"receiver"}, by=agreed.gets, at=NOW())
    assert OutgoingMail.objects.filter(user=agreed.gives).get().subject.endswith("was accepted")


def test_a_hidden_project_is_named_to_nobody(pair: Pair, cast: Cast, signed_in: SignIn) -> None:
    Project.objects.filter(pk=pair.giver.pk).update(is_confidential=True, title="Zanzibar canary")
    move_dependency(pair.entry, "agree", sides={"giver"}, by=pair.gives, at=NOW(), day=day(20))
    client = signed_in(cast.pmo_head)
    hidden = Project.objects.get(pk=pair.giver.pk)
    pages = [
        url(pair, "detail"),
        url(pair, "edit"),
        url(pair, "history"),
        url(pair, "offer"),
        reverse("portfolio:dependency-list"),
        reverse("portfolio:dependency-list") + "?export=x.csv",
        reverse("portfolio:dependency-map"),
        reverse("portfolio:dependency-map") + f"?scope={pair.receiver.reference}",
        reverse("portfolio:dependency-matrix") + "?by=project",
    ]
    for address in pages:
        response = client.get(address)
        body = b"".join(response.streaming_content).decode() if response.streaming else text(response)
        assert response.status_code == 200, address
        assert "Zanzibar" not in body, address
        assert hidden.reference not in body, address
    assert client.get(reverse("portfolio:dependency-map") + f"?scope={hidden.reference}").status_code == 404
    (line,) = contracts_of(cast.pmo_head, pair.receiver)["gets"]
    assert (line["other"], line["other_url"]) == ("a project that you may not see", "")
    assert contracts_of(pair.gives, pair.giver)["gives"][0]["other"] == "Customer portal"


def test_mail_names_no_project_that_its_reader_may_not_see(pair: Pair) -> None:
    Project.objects.filter(pk=pair.receiver.pk).update(is_confidential=True, title="Zanzibar canary")
    pair.receiver.refresh_from_db()
    Membership.objects.filter(project=pair.receiver).delete()
    OutgoingMail.objects.all().delete()
    move_dependency(pair.entry, "withdraw", sides={"receiver"}, by=pair.gets, at=NOW(), reason="Not needed")
    mail = OutgoingMail.objects.get(user=pair.gives)
    assert "Zanzibar" not in mail.subject + mail.text + mail.html
    assert "a project that you may not see" in mail.text
    assert f"project:{pair.receiver.pk}" not in mail.shows


def test_of_a_confidential_dependency_the_other_side_hears_nothing(pair: Pair) -> None:
    Entry.objects.filter(pk=pair.entry.pk).update(is_confidential=True)
    OutgoingMail.objects.all().delete()
    move_dependency(pair.entry, "withdraw", sides={"receiver"}, by=pair.gets, at=NOW(), reason="Not needed")
    assert not OutgoingMail.objects.filter(user=pair.gives).exists()


def test_project_lists_what_it_gives_and_gets(agreed: Pair, django_assert_num_queries: Any) -> None:
    factories.entry("dependency", agreed.giver, "Rules", giver=agreed.receiver, due_on=day(3))
    reader = User.objects.get(pk=agreed.gives.pk)
    with django_assert_num_queries(2):  # the reader's scopes, the contracts
        found = contracts_of(reader, agreed.giver)
    assert [line["contract"].title for line in found["gives"]] == ["Test environment"]
    assert [(line["contract"].title, line["other"]) for line in found["gets"]] == [("Rules", "Customer portal")]


def test_registers_of_both_projects_show_the_contract(agreed: Pair, signed_in: SignIn) -> None:
    for person, project, other in ((agreed.gives, agreed.giver, agreed.receiver), (agreed.gets, agreed.receiver, agreed.giver)):
        page = text(signed_in(person).get(reverse("portfolio:project-registers", args=[project.reference])))
        assert url(agreed, "detail") in page
        assert f">{other.title}</a>" in page
        assert "As agreed" in page


def test_what_the_giver_makes_of_it_belongs_to_the_giver(agreed: Pair, signed_in: SignIn) -> None:
    address = reverse("portfolio:dependency-convert", args=[agreed.entry.reference, "risk"])
    assert signed_in(agreed.gives).post(address).status_code == 302
    assert Entry.objects.get(kind="risk").project == agreed.giver
    assert (
        signed_in(agreed.gets).post(reverse("portfolio:dependency-convert", args=[agreed.entry.reference, "issue"])).status_code
        == 302
    )
    assert Entry.objects.get(kind="issue").project == agreed.receiver


def test_giver_edits_without_learning_who_gets_it(pair: Pair, signed_in: SignIn) -> None:
    Membership.objects.filter(project=pair.receiver).delete()
    Project.objects.filter(pk=pair.receiver.pk).update(is_confidential=True, title="Zanzibar canary", phase="closed")
    client = signed_in(pair.gives)
    response = client.get(url(pair, "edit"))
    assert (response.status_code, "scope" in response.context["form"].fields) == (200, False)
    values = {"title": "Renamed", "giver": pair.giver.reference, "due_on": day(30).isoformat(), "version": pair.entry.version}
    response = client.post(url(pair, "edit"), values | {"raised_on": day(0).isoformat()})
    assert response.status_code == 422
    assert "The receiving project is closed" in text(response)
    assert "Zanzibar" not in text(response)
    Project.objects.filter(pk=pair.receiver.pk).update(phase="delivery")
    assert client.post(url(pair, "edit"), values | {"raised_on": day(0).isoformat()}).status_code == 302
    now = pair.now
    assert (now.entry.title, now.receiver_id, now.entry.project_id) == ("Renamed", pair.receiver.pk, pair.receiver.pk)


# Over the API


def api(pair: Pair, route: str, *more: Any) -> str:
    """The address of a route of the contract."""
    return reverse(f"api:raid-dependency-{route}", args=[pair.entry.reference, *more])


def send(client: Client, address: str, **data: Any) -> Any:
    """The answer to JSON."""
    return client.post(address, data, content_type="application/json")


def test_api_offers_and_answers(agreed: Pair, signed_in: SignIn) -> None:
    client = signed_in(agreed.gives)
    data = {"side": "giver", "offered_on": day(26).isoformat(), "reason": "Late parts"}
    assert send(client, api(agreed, "offers"), **data | {"side": "receiver"}).status_code == 403
    made = send(client, api(agreed, "offers"), **data)
    assert (made.status_code, made.json()["answer"], made.json()["before_on"]) == (201, "offered", day(20).isoformat())
    address = api(agreed, "answer", made.json()["id"])
    assert send(client, address, answer="accept").status_code == 403
    client = signed_in(agreed.gets)
    assert send(client, address, answer="withdraw").status_code == 403
    assert send(client, address, answer="refuse").status_code == 400
    assert send(client, address, answer="accept").json()["answered_by"] == agreed.gets.email
    assert send(client, address, answer="accept").status_code == 400
    assert agreed.now.committed_on == day(26)
    assert len(client.get(api(agreed, "offers")).json()) == 1
    other = factories.entry("dependency", agreed.giver, giver=agreed.receiver, by=agreed.gives, due_on=day(9))
    elsewhere = reverse("api:raid-dependency-answer", args=[other.reference, made.json()["id"]])
    assert send(client, elsewhere, answer="accept").status_code == 404


def test_api_tells_each_side_its_moves_and_rates(agreed: Pair, signed_in: SignIn) -> None:
    def verbs(person: User) -> set[str]:
        return {one["verb"] for one in signed_in(person).get(api(agreed, "moves")).json()}

    assert verbs(agreed.gives) == {"deliver", "endanger", "break"}
    assert verbs(agreed.gets) == {"endanger", "break", "withdraw"}
    client = signed_in(agreed.gets)
    assert send(client, api(agreed, "rate"), side="receiver", rag="red").status_code == 200
    assert send(client, api(agreed, "rate"), side="giver", rag="red").status_code == 403
    assert agreed.now.receiver_rag == "red"
    assert send(client, api(agreed, "move"), verb="withdraw", reason="Done without").status_code == 200


def test_strangers_find_no_offers(agreed: Pair, cast: Cast, signed_in: SignIn) -> None:
    made = offer(agreed)
    client = signed_in(cast.stranger)
    assert client.get(api(agreed, "offers")).status_code == 404
    assert send(client, api(agreed, "answer", made.pk), answer="accept").status_code == 404
