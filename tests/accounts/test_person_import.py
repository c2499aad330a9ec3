"""People come in from files: the same wizard, invitations as on the page, the list's own file comes back without a change, and
nobody gets a right by it that they could not be given."""

from datetime import date
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions.grants import give_role, take_role
from accounts.actions.people import disable_person
from accounts.models import RoleGrant, User
from core.actions.imports import confirm_import, run_import_now
from core.imports.registry import targets_for
from core.imports.words import say
from core.models import ImportJob, ImportState, OutgoingMail
from tests import factories, loading
from tests.cast import Cast
from tests.loading import told

pytestmark = pytest.mark.django_db
HEAD = "Name,E-mail address,Organisation unit,Roles,May sign in\n"
previewed, imported = partial(loading.previewed, "people"), partial(loading.imported, "people")


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any, db: None) -> None:
    settings.MEDIA_ROOT = tmp_path


def lost(job: ImportJob) -> dict[str, str]:
    """Each cell that could not be used, and why."""
    return {loss["place"]: say(loss["problem"]) for row in job.rows.all() for loss in row.losses}


def roles(email: str) -> set[tuple[Any, ...]]:
    return set(RoleGrant.objects.filter(user__email=email).values_list("role", "unit__name", "starts_on", "ends_on"))


def test_people_come_in_change_and_are_invited_once(cast: Cast) -> None:
    transport = factories.unit("Transport", code="DFT")
    rail = factories.unit("Rail", parent=transport)
    factories.unit("Rail", parent=factories.unit("Heritage"))
    old = factories.user(email="ada@example.org", name="Ada", job_title="Analyst")
    text = (
        "First name,Surname,E-Mail,Position,Department,Language,Timezone,Role,Active\n"
        "Nell,New,Nell@Example.org,Planner,Transport / Rail,English (US),europe/dublin,"
        "PMO analyst; Auditor · Transport › Rail (until 2027-03-31),yes\n"
        "Ada,Lovelace,ADA@example.org,,dft,,,requester,\n"
        "Len,Left,len@example.org,,,,,,no\n"
    )
    job = previewed(text, by=cast.administrator)
    assert job.report["verdicts"] == {"create": 2, "change": 1}
    assert not OutgoingMail.objects.exists(), "Nobody is invited by a preview."
    assert not User.objects.filter(email="nell@example.org").exists()
    job = run_import_now(job=confirm_import(job=job, by=cast.administrator), at=timezone.now())
    assert job.report["made"] == {"created": 2, "changed": 1, "invited": 1, "roles": 3}
    nell, len_ = User.objects.get(email="nell@example.org"), User.objects.get(email="len@example.org")
    assert (nell.name, nell.job_title, nell.unit, nell.language, nell.time_zone) == (
        "Nell New", "Planner", rail, "en-us", "Europe/Dublin",
    )  # fmt: skip
    assert not nell.has_usable_password()
    assert roles("nell@example.org") == {
        ("pmo_analyst", None, None, None), ("auditor", "Rail", None, date(2027, 3, 31)),
    }  # fmt: skip
    old.refresh_from_db()
    assert (old.name, old.job_title, old.unit, old.version) == ("Ada Lovelace", "Analyst", transport, 2)
    assert not len_.is_active
    mail = OutgoingMail.objects.get()
    assert (mail.user, mail.is_secret) == (nell, True)
    assert "Administrator has opened an account for you" in mail.text
    event = User.pgh_event_model.objects.filter(pgh_obj=nell).latest("pgh_id")  # type: ignore[attr-defined]
    assert event.pgh_context.metadata["user"] == cast.administrator.pk
    assert previewed(text, by=cast.administrator).report["verdicts"] == {"leave": 3}
    assert OutgoingMail.objects.count() == 1


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_is_exported_comes_back_without_a_change(form: str, cast: Cast, signed_in: Any) -> None:
    outer = factories.unit("Rail; North, and =South", code="R1")
    inner = factories.unit("Rail; North, and =South", parent=outer)
    factories.unit("X", code="Y")
    person = factories.user("auditor", unit=inner, name="=1+1  is two", unit_id=inner.pk, language="en-gb", time_zone="UTC")
    RoleGrant.objects.create(user=person, role="auditor", unit=outer, starts_on=date(2026, 1, 1), ends_on=date(2026, 2, 1))
    RoleGrant.objects.create(user=person, role="pmo_analyst")
    factories.user(name="", is_active=False)
    client = signed_in(cast.administrator)
    before = list(User.objects.order_by("pk").values()), list(RoleGrant.objects.order_by("pk").values())
    answer = client.get(f"/accounts/people/?export=people.{form}")
    content = b"".join(answer.streaming_content)
    job = imported(content, by=cast.administrator, name=f"people.{form}")
    assert set(job.report["verdicts"]) == {"leave"}, [(row.differences, row.notes) for row in job.rows.all()]
    assert (job.report["notes"], job.report["losses"]) == ([], {})
    assert (list(User.objects.order_by("pk").values()), list(RoleGrant.objects.order_by("pk").values())) == before
    assert "?target=people" in client.get("/accounts/people/").content.decode()
    assert "?target=people" not in signed_in(cast.pmo_head).get("/accounts/people/").content.decode()


def test_in_another_office_the_file_makes_the_same_people(cast: Cast, signed_in: Any) -> None:
    rail = factories.unit("Rail")
    person = factories.user("sponsor", unit=rail, name="Sam", unit_id=rail.pk, time_zone="Asia/Tokyo")
    answer = signed_in(cast.administrator).get("/accounts/people/?export=people.csv&q=Sam")
    content = b"".join(answer.streaming_content)
    person.delete()
    imported(content, by=cast.administrator)
    again = User.objects.get(name="Sam")
    assert (again.email, again.unit, again.time_zone) == (person.email, rail, "Asia/Tokyo")
    assert roles(again.email) == {("sponsor", "Rail", None, None)}


def test_each_mistake_is_told(cast: Cast) -> None:
    factories.unit("Twin", parent=factories.unit("A"))
    factories.unit("Twin", parent=factories.unit("B"))
    known = factories.user("auditor", email="known@example.org", name="Known")
    text = (
        "Name,E-mail address,Organisation unit,Language,Time zone,Roles,May sign in,Shoe size\n"
        "Nobody,,,,,,,9\n"  # 2
        "Bad,bad@,,,,,,\n"  # 3
        ",nameless@example.org,,,,,,\n"  # 4
        "One,one@example.org,Twin,Klingon,Mars/North,King,maybe,\n"  # 5: the rest of it is taken
        "Two,ONE@example.org,,,,,,\n"  # 6
        f"Known,{known.email},Nowhere,,,Auditor · Twin,,\n"  # 7
        "Three,three@example.org,,,,Administrator · A,,\n"  # 8
        "Four,four@example.org,,en-gb,,Auditor (from 2027-02-01 until 2027-01-01),yes,\n"  # 9
        "Five,five@example.org,,English (UK),,Auditor · Nowhere,no,\n"  # 10
        "Six,six@exam\u202eple.org,,,,,,\n"  # 11: no mail could be sent to it
        "Seven,admini\u017ftrator@example.org,,,,,,\n"  # 12: nor to this one, which looks like another
    )
    job = imported(text, by=cast.administrator)
    assert told(job) == {
        "2": "It has no e-mail address, and nobody is recognised without.",
        "3": "A cell cannot be used; see which, and why.",
        "4": "A new person needs a name.",
        "6": "Line 5 is about the same person already.",
        "11": "A cell cannot be used; see which, and why.",
        "12": "A cell cannot be used; see which, and why.",
    }
    twice = "several organisation units are called so: give the code or the path (Transport › Rail)"
    assert lost(job) == {
        "B3": "not an e-mail address",
        "C5": twice,
        "D5": "not one of the choices",
        "E5": "not a time zone; write it as Europe/London",
        "F5": "“King” names no role; write it as “PMO analyst” or “Auditor · Transport”, several with semicolons",
        "G5": "neither yes nor no",
        "C7": "there is no organisation unit of this name or code",
        "F7": twice,
        "F8": "an administrator is one everywhere: leave the organisation unit out",
        "F9": "the last day is before the first day",
        "F10": "there is no organisation unit of this name or code",
        "B11": "not an e-mail address",
        "B12": "not an e-mail address",
    }
    assert [say(each) for each in job.report["notes"]] == ["There is no room for these columns: Shoe size."]
    assert RoleGrant.objects.filter(user__email__in=["one@example.org", "three@example.org"]).count() == 0
    assert job.rows.get(place="7").verdict == "leave"


def test_nobody_raises_their_own_rights_and_the_last_administrator_stays(cast: Cast) -> None:
    me = cast.administrator
    text = HEAD + f"Me,{me.email},,PMO head; Administrator,no\nSponsor,{cast.sponsor.email},,Administrator,\n"
    job = imported(text, by=me)
    assert lost(job) == {
        "D2": "nobody gives a role to themselves: ask another administrator",
        "E2": "You cannot disable yourself. Ask another administrator.",
    }
    assert roles(me.email) == {("administrator", None, None, None)}
    assert roles(cast.sponsor.email) == {("administrator", None, None, None)}
    me.refresh_from_db()
    assert (me.name, me.is_active) == ("Me", True)
    # By the command line, where nobody is oneself: of two administrators one may go, not both.
    text = HEAD + f"Me,{me.email},,,no\nSponsor,{cast.sponsor.email},,,no\n"
    job = imported(text)
    assert lost(job) == {"E3": "This is the last administrator. Give the role to somebody else first."}
    assert list(User.objects.filter(pk__in=[me.pk, cast.sponsor.pk], is_active=True)) == [cast.sponsor]


def test_somebody_whom_only_they_see_by_is_not_disabled(cast: Cast) -> None:
    """What would be left without anybody who sees it is counted, never named."""
    text = HEAD + f"Director,{cast.director.email},,,no\nStranger,{cast.stranger.email},,,no\n"
    job = imported(text, by=cast.administrator)
    why = lost(job)["E2"]
    assert "only person named on 1 confidential project" in why
    assert "Do it on their page." in why
    assert "Zanzibar" not in why
    assert User.objects.get(pk=cast.director.pk).is_active
    assert not User.objects.get(pk=cast.stranger.pk).is_active
    assert previewed(HEAD + f"Stranger,{cast.stranger.email},,,yes\n", by=cast.administrator).report["verdicts"] == {
        "change": 1
    }


def test_who_may_import_people(cast: Cast, signed_in: Any) -> None:
    may = {role for role, person in cast.people.items() if "people" in {target.key for target in targets_for(person)}}
    assert may == {"administrator"}
    job = previewed(HEAD + "New,new@example.org,,PMO analyst,\n", by=cast.administrator)
    for role in ("pmo_head", "pmo_analyst"):
        assert signed_in(cast.people[role]).get(f"/imports/{job.pk}/preview/").status_code == 404
        assert signed_in(cast.people[role]).post(f"/imports/{job.pk}/confirm/", {"version": job.version}).status_code == 404
    RoleGrant.objects.filter(user=cast.administrator).delete()
    factories.user("administrator")
    job = confirm_import(job=job, by=cast.administrator)
    job = run_import_now(job=job, at=timezone.now())
    assert (job.state, OutgoingMail.objects.count()) == (ImportState.FAILED, 0)


def test_all_or_nothing_where_it_changed_meanwhile(cast: Cast) -> None:
    job = previewed(HEAD + "A,a@example.org,,,\nB,b@example.org,,,\n", by=cast.administrator)
    job = confirm_import(job=job, by=cast.administrator)
    factories.user(email="b@example.org", name="Else")
    job = run_import_now(job=job, at=timezone.now())
    assert job.state == ImportState.PREVIEWED, "The preview is made again: it would do something else now."
    assert not User.objects.filter(email="a@example.org").exists()
    assert not OutgoingMail.objects.exists()


def test_the_plan_costs_the_same_for_any_length(cast: Cast) -> None:
    counts = []
    for rows in (2, 40):
        text = HEAD + "".join(f"Person {n},n{n}@example.org,,PMO analyst,\n" for n in range(rows))
        with CaptureQueriesContext(connection) as queries:
            previewed(text, by=cast.administrator)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_only_those_whom_the_file_names_are_locked(cast: Cast) -> None:
    """Everybody else goes on signing in and working while a long file is written."""
    named, other = factories.user(email="ada@example.org", name="Ada"), factories.user(email="bo@example.org")
    job = confirm_import(
        job=previewed("Name,E-mail address\nAda L,ADA@example.org\n", by=cast.administrator), by=cast.administrator
    )
    with CaptureQueriesContext(connection) as queries:
        run_import_now(job=job, at=timezone.now())
    locks = [query["sql"] for query in queries if 'FROM "accounts_user"' in query["sql"] and "FOR " in query["sql"]]
    assert ["WHERE" in sql for sql in locks] == [True] * len(locks)
    told = ["NO KEY UPDATE" in locks[0], named.email in locks[0], other.email in locks[0]]
    assert told == [True, True, False]


@pytest.mark.parametrize("way", ["file", "page", "role"])
def test_whoever_bars_people_locks_in_one_order(cast: Cast, way: str) -> None:
    """The administrators' grants before anybody or anything else: a file and a page never wait for each other."""
    with CaptureQueriesContext(
        connection,
    ) as asked:
        if way == "file":
            imported(HEAD + f"Stranger,{cast.stranger.email},,,no\nSponsor,{cast.sponsor.email},,,no\n", by=cast.administrator)
        elif way == "page":
            disable_person(pk=cast.stranger.pk, by=cast.administrator, at=timezone.now())
        else:
            second = give_role(user=cast.sponsor, role="administrator", unit=None, starts_on=None, ends_on=None, by=None)
            take_role(pk=second.pk, at=timezone.now())
    people = ("accounts_rolegrant", "accounts_user")
    locks = [sql for sql in (one["sql"] for one in asked) if "FOR UPDATE" in sql or "FOR NO KEY UPDATE" in sql]
    ours = [sql for sql in locks if sql.startswith("SELECT") and any(f'FROM "{name}"' in sql for name in people)]
    # A preview tries and undoes; what is written begins with the lock on everybody whom the file names.
    first = next(number for number, sql in enumerate(ours) if "NO KEY" in sql) - 1 if way == "file" else 0
    assert "accounts_rolegrant" in ours[first]
    assert "ORDER BY 1 ASC FOR UPDATE" in ours[first]
