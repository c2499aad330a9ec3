"""Signing in: who gets in, what an attacker learns, what ends a session."""

import re
from typing import Any, ClassVar

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client
from django.utils import timezone

from accounts import devices, guesses
from accounts.actions.people import disable_person
from accounts.models import SignIn, User
from accounts.tasks import password_reset_task
from core.models import OutgoingMail
from tests import factories

LOGIN = "/accounts/login/"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_guessed() -> None:
    """Redis is not emptied between tests."""
    for name in ("ada", "known", "gone", "invited", "nobody"):
        guesses.forget_guesses(f"{name}@example.org")


class CountingHasher(Argon2PasswordHasher):
    """Argon2 that counts how often it worked: the time that a guess takes."""

    calls: ClassVar[list[str]] = []

    def encode(self, password: str, salt: str) -> str:
        self.calls.append("encode")
        return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        self.calls.append("verify")
        return super().verify(password, encoded)


def sign_in(
    email: str, password: str = "secret-word", *, client: Client | None = None, address: str = "10.0.0.1", **data: str
) -> Any:
    client = client or Client()
    return client.post(
        LOGIN, {"username": email, "password": password, **data}, REMOTE_ADDR=address, HTTP_USER_AGENT="Firefox/140 Linux"
    )


def is_signed_in(client: Client) -> bool:
    return client.get("/accounts/profile/").status_code == 200


def test_address_counts_without_case_and_blanks() -> None:
    factories.user(email="ada@example.org")
    assert sign_in("  Ada@Example.ORG ").status_code == 302


def test_password_is_kept_as_argon2(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]  # tests use a quick one
    assert factories.user().password.startswith("argon2$argon2id$")
    source = (settings.BASE_DIR / "pmo/settings.py").read_text()
    assert source.index("MD5PasswordHasher") < source.index("if TESTING") < source.index("Argon2PasswordHasher")


def test_sign_in_gets_a_new_session_id_and_is_recorded() -> None:
    person, client = factories.user(), Client()
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    client.cookies["sessionid"] = session.session_key
    sign_in(person.email, client=client)
    assert client.session.session_key != session.session_key
    row = SignIn.objects.get()
    assert (row.user, row.address, row.browser) == (person, "10.0.0.1", "Firefox · Linux")


def test_sign_in_goes_only_to_own_pages() -> None:
    person = factories.user()
    assert sign_in(person.email, next="https://evil.example/").headers["Location"] == "/"
    assert sign_in(person.email, next="/accounts/profile/").headers["Location"] == "/accounts/profile/"


def test_wrong_unknown_and_disabled_get_the_same_answer_for_the_same_work(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["tests.accounts.test_sign_in.CountingHasher"]
    known, disabled = factories.user(email="known@example.org"), factories.user(email="gone@example.org", is_active=False)
    invited = User.objects.create_user("invited@example.org", "Invited")
    answers, work = [], []
    for email in (known.email, disabled.email, invited.email, "nobody@example.org"):
        CountingHasher.calls.clear()
        response = sign_in(email, "wrong-word")
        assert response.status_code == 422
        text = re.sub(r"[A-Za-z0-9]{64}", "", response.content.decode()).replace(email, "")
        answers.append(text)
        work.append(len(CountingHasher.calls))
    assert len(set(answers)) == 1
    assert set(work) == {1}, "one hash each: time tells nothing"
    CountingHasher.calls.clear()
    assert sign_in(disabled.email).status_code == 422, "the right password of a disabled person"


def test_guessing_is_paused_for_the_guesser_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guesses, "FROM_NEW", 20)
    person = factories.user(email="ada@example.org")
    for _ in range(8):
        response = sign_in(person.email, "wrong-word", address="10.6.6.6")
    assert response.status_code == 429
    assert "paused" in response.content.decode()
    assert sign_in(person.email, address="10.6.6.6").status_code == 429, "the right word does not help now"
    assert sign_in(" ADA@example.org", address="10.6.6.6").status_code == 429, "nor another spelling"
    assert sign_in(person.email, address="10.0.0.2").status_code == 302, "the owner gets in from elsewhere"


def test_a_browser_known_from_before_gets_in_while_somebody_at_the_same_address_guesses() -> None:
    """And whoever holds its cookie has few attempts, on that account alone."""
    person, other = factories.user(email="ada@example.org"), factories.user(email="bob@example.org")
    browser = Client()
    assert sign_in(person.email, client=browser, address="10.6.6.6").status_code == 302
    cookie = browser.cookies["device"]
    assert (cookie["path"], bool(cookie["httponly"]), cookie["samesite"]) == ("/accounts/login/", True, "Lax")
    assert person.email not in cookie.value
    browser.post("/accounts/logout/")
    paused(person)
    paused(other)
    assert sign_in(other.email, client=browser, address="10.6.6.6").status_code == 429, "only the account that it was given for"
    forged = Client()
    forged.cookies["device"] = cookie.value[:-3] + "abc"
    assert sign_in(person.email, client=forged, address="10.6.6.6").status_code == 429
    for _ in range(devices.MOST - 1):
        assert sign_in(person.email, "wrong-word", client=browser, address="10.6.6.6").status_code in {422, 429}
    assert sign_in(person.email, client=browser, address="10.6.6.6").status_code == 302
    browser.post("/accounts/logout/")
    paused(person)
    for _ in range(devices.MOST):
        sign_in(person.email, "wrong-word", client=browser, address="10.6.6.6")
    assert sign_in(person.email, client=browser, address="10.6.6.6").status_code == 429


def paused(person: Any) -> None:
    """The person's sign-in from 10.6.6.6 is paused."""
    for _ in range(8):
        sign_in(person.email, "wrong-word", address="10.6.6.6")
    assert sign_in(person.email, address="10.6.6.6").status_code == 429


def test_a_new_password_by_mail_ends_the_pause() -> None:
    person = factories.user(email="ada@example.org")
    paused(person)
    password_reset_task(person.email)
    owner = Client()
    form = owner.get(link_in(OutgoingMail.objects.get()), follow=True)
    assert (
        owner.post(
            form.redirect_chain[-1][0], {"new_password1": "a-longer-word-1", "new_password2": "a-longer-word-1"}
        ).status_code
        == 302
    )
    assert sign_in(person.email, "a-longer-word-1", address="10.6.6.6").status_code == 302


def test_who_chose_a_password_by_mail_gets_in_while_others_go_on_guessing() -> None:
    """Somebody who was invited has signed in from nowhere yet: guesses from everywhere must not keep them out for good."""
    person = factories.user(email="ada@example.org")
    password_reset_task(person.email)
    owner = Client(REMOTE_ADDR="10.0.0.9")
    form = owner.get(link_in(OutgoingMail.objects.get()), follow=True)
    owner.post(form.redirect_chain[-1][0], {"new_password1": "a-longer-word-1", "new_password2": "a-longer-word-1"})
    answers = {sign_in(person.email, f"guess-{n}", address=f"10.6.{n}.6").status_code for n in range(guesses.FROM_NEW + 1)}
    assert answers == {422, 429}
    assert sign_in(person.email, "a-longer-word-1", address="10.6.0.7").status_code == 429
    assert sign_in(person.email, "a-longer-word-1", address="10.0.0.9").status_code == 302


def test_an_administrator_opens_a_paused_sign_in() -> None:
    person, admin, auditor = factories.user(email="ada@example.org"), Client(), Client()
    admin.force_login(factories.user("administrator"), backend="django.contrib.auth.backends.ModelBackend")
    auditor.force_login(factories.user("auditor"), backend="django.contrib.auth.backends.ModelBackend")
    paused(person)
    address = f"/accounts/people/{person.pk}/open/"
    assert address in admin.get("/accounts/access/sign-ins/").content.decode()
    assert address not in auditor.get("/accounts/access/sign-ins/").content.decode()
    assert auditor.post(address).status_code == 403
    assert sign_in(person.email, address="10.6.6.6").status_code == 429
    assert "can try to sign in again" in admin.post(address, follow=True).content.decode()
    assert sign_in(person.email, address="10.6.6.6").status_code == 302
    assert address not in admin.get("/accounts/access/sign-ins/").content.decode()


@pytest.mark.parametrize("exists", [True, False], ids=["account", "nobody"])
def test_of_many_guesses_few_cost_a_hash(settings: Any, django_capture_on_commit_callbacks: Any, exists: bool) -> None:
    """Each from an address of its own, some from the one where the owner sits, who gets in; an account that is none pauses alike."""
    email = "ada@example.org"
    if exists:
        factories.user(email=email)
        with django_capture_on_commit_callbacks(execute=True):
            assert sign_in(email, address="10.0.0.2").status_code == 302
        guesses.forget_guesses(email)
    settings.PASSWORD_HASHERS = ["tests.accounts.test_sign_in.CountingHasher"]
    CountingHasher.calls.clear()
    client = Client()
    answers = [sign_in(email, f"guess-{n}", client=client, address=f"10.6.{n}.6").status_code for n in range(40)]
    assert len(CountingHasher.calls) == answers.count(422) == guesses.FROM_NEW
    assert set(answers[guesses.FROM_NEW :]) == {429}
    assert sign_in(email.upper(), address="10.7.7.7").status_code == 429, "one account is one name"
    if exists:
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
        with django_capture_on_commit_callbacks(execute=True):
            assert sign_in(email, address="10.0.0.2").status_code == 302, "the owner gets in where they sat before"
        settings.PASSWORD_HASHERS = ["tests.accounts.test_sign_in.CountingHasher"]
        assert sign_in(email, address="10.6.0.6").status_code == 429, "which helps nobody else"
        answers = [sign_in(email, f"guess-{n}", address="10.0.0.2").status_code for n in range(20)]
        assert len(CountingHasher.calls) == guesses.FROM_NEW + guesses.FROM_KNOWN <= 10
        assert set(answers[guesses.FROM_KNOWN :]) == {429}


def test_disabling_ends_sessions_with_the_next_request() -> None:
    person, admin, client = factories.user(), factories.user("administrator"), Client()
    sign_in(person.email, client=client)
    assert is_signed_in(client)
    disable_person(pk=person.pk, by=admin, at=timezone.now())
    assert not is_signed_in(client)
    assert SignIn.objects.get().ending == "disabled"


def test_password_change_ends_the_other_sessions() -> None:
    person, here, elsewhere = factories.user(), Client(), Client()
    sign_in(person.email, client=here)
    sign_in(person.email, client=elsewhere)
    new = {"old_password": "secret-word", "new_password1": "a-longer-word-1", "new_password2": "a-longer-word-1"}
    assert here.post("/accounts/password/", new).status_code == 302
    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)
    assert [row.session_key for row in person.sign_ins.filter(ended_at=None)] == [here.session.session_key]


def test_wrong_old_password_changes_nothing() -> None:
    person, client = factories.user(), Client()
    sign_in(person.email, client=client)
    new = {"old_password": "guess", "new_password1": "a-longer-word-1", "new_password2": "a-longer-word-1"}
    assert client.post("/accounts/password/", new).status_code == 422
    assert User.objects.get().check_password("secret-word")


def test_sign_out_elsewhere_and_one_by_one() -> None:
    person, here, phone, cafe = factories.user(), Client(), Client(), Client()
    for client in (here, phone, cafe):
        sign_in(person.email, client=client)
    row = SignIn.objects.get(session_key=phone.session.session_key)
    assert here.post(f"/accounts/profile/sessions/{row.pk}/end/").status_code == 302
    assert (is_signed_in(here), is_signed_in(phone), is_signed_in(cafe)) == (True, False, True)
    here.post("/accounts/profile/sessions/others/end/")
    assert (is_signed_in(here), is_signed_in(cafe)) == (True, False)


def test_nobody_ends_the_session_of_another() -> None:
    person, other, mine, theirs = factories.user(), factories.user(), Client(), Client()
    sign_in(person.email, client=mine)
    sign_in(other.email, client=theirs)
    row = SignIn.objects.get(user=other)
    assert mine.post(f"/accounts/profile/sessions/{row.pk}/end/").status_code == 404
    assert is_signed_in(theirs)


def test_sign_out_is_recorded() -> None:
    person, client = factories.user(), Client()
    sign_in(person.email, client=client)
    client.post("/accounts/logout/")
    assert SignIn.objects.get().ending == "signed_out"


def link_in(mail: OutgoingMail) -> str:
    found = re.search(r"https?://[^/]+(/accounts/password/reset/[^\s]+)", mail.text)
    assert found, mail.text
    return found.group(1)


def test_reset_link_works_once_and_ends_every_session() -> None:
    person, browser, owner = factories.user(email="ada@example.org"), Client(), Client()
    sign_in(person.email, client=browser)
    assert password_reset_task(" Ada@Example.org")
    mail = OutgoingMail.objects.get()
    assert mail.to_address == person.email
    assert "Choose a new password" in mail.subject
    assert link_in(mail) in mail.html
    form = owner.get(link_in(mail), follow=True)
    new = {"new_password1": "a-longer-word-1", "new_password2": "a-longer-word-1"}
    assert owner.post(form.redirect_chain[-1][0], new).status_code == 302
    assert not is_signed_in(browser)
    assert SignIn.objects.get().ending == "password"
    assert "This link no longer works" in Client().get(link_in(mail), follow=True).content.decode()
    assert sign_in(person.email, "a-longer-word-1").status_code == 302


def test_asking_for_a_link_tells_nothing() -> None:
    person = factories.user(email="ada@example.org")
    factories.user(email="gone@example.org", is_active=False)
    answers = {
        (response.status_code, response.headers["Location"])
        for email in (person.email, "nobody@example.org", "gone@example.org")
        for response in [Client().post("/accounts/password/reset/", {"email": email})]
    }
    assert answers == {(302, "/accounts/password/reset/sent/")}
    assert not OutgoingMail.objects.exists(), "a worker looks the address up, so the page takes the same time"
    assert not password_reset_task("nobody@example.org")
    assert not password_reset_task("gone@example.org")
    assert not OutgoingMail.objects.exists()


def test_asking_often_mails_once_a_minute() -> None:
    person = factories.user()
    for _ in range(3):
        password_reset_task(person.email)
    assert OutgoingMail.objects.count() <= 2
