"""What is one's own through the API, as on the profile page: profile, mails, tokens, sign-ins; and the log of sign-ins."""

from datetime import timedelta

from axes.models import AccessAttempt, AccessFailureLog
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import ApiToken, SignIn
from tests import factories

BASE = "/api/v1/accounts/"


def send(client, verb, address, data=None, **headers):
    options = {"content_type": "application/json", "headers": headers}
    return getattr(client, verb)(f"{BASE}{address}", data or {}, **options)


def said(answer):
    assert answer.status_code == 400, answer.content
    return [(error["attr"], error["detail"]) for error in answer.json()["errors"]]


def bearing(key):
    return {"Authorization": f"Bearer {key}"}


def test_the_own_profile_is_that_of_the_page(cast, signed_in):
    client = signed_in(cast.auditor)
    read = client.get(f"{BASE}me/profile/")
    assert send(client, "patch", "me/profile/", {"name": "Blind"}).status_code == 428
    saved = send(
        client, "patch", "me/profile/", {"job_title": "Reader", "time_zone": "Europe/Paris"}, **{"If-Match": read["ETag"]}
    )
    assert (saved.status_code, saved.json()["job_title"], saved.json()["name"]) == (200, "Reader", read.json()["name"])
    page = client.get(reverse("accounts:profile-detail")).content.decode()
    assert 'value="Reader"' in page
    assert f'name="version" value="{saved.json()["version"]}"' in page
    assert send(client, "patch", "me/profile/", {"name": "Stale"}, **{"If-Match": read["ETag"]}).status_code == 412
    etag = {"If-Match": saved["ETag"]}
    for wrong in ({"time_zone": "Mars"}, {"language": "xx"}, {"name": ""}):
        assert said(send(client, "patch", "me/profile/", wrong, **etag))[0][0] == next(iter(wrong))
    kept = send(client, "patch", "me/profile/", {"email": "other@example.org"}, **etag)
    assert (kept.status_code, kept.json()["email"]) == (200, cast.auditor.email)


def test_mails_are_chosen_as_on_the_page(cast, signed_in):
    client = signed_in(cast.auditor)
    topics = client.get(f"{BASE}me/mails/").json()["topics"]
    one, fixed = next(row for row in topics if row["may_stop"]), next(row for row in topics if not row["may_stop"])
    chosen = send(client, "patch", "me/mails/", {"topics": [{"topic": one["topic"], "when": "never"}]}).json()["topics"]
    assert {row["topic"]: row["when"] for row in chosen} == {row["topic"]: "now" for row in topics} | {one["topic"]: "never"}
    page = client.get(reverse("core:notification-settings"))
    assert page.context["form"].initial == {row["topic"]: row["when"] for row in chosen}
    assert (
        said(send(client, "patch", "me/mails/", {"topics": [{"topic": fixed["topic"], "when": "never"}]}))[0][0]
        == fixed["topic"]
    )
    assert said(send(client, "patch", "me/mails/", {"topics": [{"topic": "nothing", "when": "now"}]}))[0][0] == "topics"


def test_a_token_is_made_shown_once_and_revoked(cast, signed_in):
    client, ends = signed_in(cast.auditor), (timezone.localdate() + timedelta(days=30)).isoformat()
    body = {"name": "Nightly", "scope": "read", "expires_on": ends}
    made = send(client, "post", "tokens/", body)
    assert (made.status_code, made["Cache-Control"], made.json()["scopes"]) == (201, "no-store", ["read"])
    key = made.json()["key"]
    assert ApiToken.objects.get().digest == ApiToken.digest_of(key)
    listed = client.get(f"{BASE}tokens/")
    assert [row["name"] for row in listed.json()["results"]] == ["Nightly"]
    assert key not in listed.content.decode()
    assert "Nightly" in client.get(reverse("accounts:profile-detail")).content.decode()
    for wrong in ({"expires_on": "2020-01-01"}, {"expires_on": "9999-12-31"}, {"scope": "admin"}, {"name": ""}):
        assert said(send(client, "post", "tokens/", body | wrong))[0][0] == next(iter(wrong))
    one = f"tokens/{made.json()['id']}/"
    assert send(signed_in(cast.administrator), "delete", one).status_code == 404
    client = signed_in(cast.auditor)
    assert Client().get(f"{BASE}me/", headers=bearing(key)).status_code == 200
    assert send(client, "delete", one).status_code == 204
    assert said(send(client, "delete", one))[0][1] == "This token is revoked already."
    assert Client().get(f"{BASE}me/", headers=bearing(key)).status_code == 401


def test_no_token_keeps_itself_alive(cast):
    token, key = factories.token(cast.administrator, scope="write")
    row = SignIn.objects.create(user=cast.administrator, session_key="elsewhere", at=timezone.now())
    body = {"name": "Heir", "scope": "write", "expires_on": timezone.localdate().isoformat()}
    for verb, address in (
        ("post", "tokens/"), ("delete", f"tokens/{token.pk}/"), ("post", f"sessions/{row.pk}/end/"), ("post", "sessions/end-others/"),
    ):  # fmt: skip
        answer = send(Client(), verb, address, body, **bearing(key))
        assert (answer.status_code, "not by a token" in answer.json()["errors"][0]["detail"]) == (403, True), address
    assert Client().get(f"{BASE}tokens/", headers=bearing(key)).json()["count"] == 1


def test_own_sessions_are_listed_and_ended(cast, signed_in):
    here, there = Client(), Client()
    for client in (here, there):
        client.force_login(cast.auditor, backend="django.contrib.auth.backends.ModelBackend")
        SignIn.objects.create(
            user=cast.auditor, session_key=client.session.session_key, device="Firefox/1 Linux", at=timezone.now()
        )
    rows = here.get(f"{BASE}sessions/").json()["results"]
    assert [(row["browser"], row["is_current"]) for row in rows] == [("Firefox · Linux", False), ("Firefox · Linux", True)]
    assert [row.pk for row in here.get(reverse("accounts:profile-detail")).context["sessions"]] == [row["id"] for row in rows]
    end = f"sessions/{rows[0]['id']}/end/"
    assert send(signed_in(cast.administrator), "post", end).status_code == 404
    assert send(here, "post", end).status_code == 204
    assert there.get(f"{BASE}me/").status_code in (401, 403)
    assert said(send(here, "post", end))
    assert send(here, "post", "sessions/end-others/").json() == {"ended": 0}
    assert len(here.get(f"{BASE}sessions/").json()["results"]) == 1


def test_the_log_of_sign_ins_is_that_of_the_page(cast, signed_in):
    now = timezone.now()
    for days, person in ((0, cast.auditor), (9, cast.sponsor)):
        SignIn.objects.create(user=person, session_key=f"s{days}", address="10.0.0.7", at=now - timedelta(days=days))
    tried = {"username": cast.sponsor.email, "ip_address": "10.0.0.9", "attempt_time": now}
    AccessAttempt.objects.create(failures_since_start=settings.AXES_FAILURE_LIMIT, user_agent="", **tried)
    AccessFailureLog.objects.create(locked_out=True, user_agent="", **tried)
    client = signed_in(cast.administrator)
    for query in ("", f"?q={cast.sponsor.email}", f"?since={timezone.localdate() - timedelta(days=3)}", "?q=10.0"):
        told = client.get(f"{BASE}sign-ins/{query}").json()["results"]
        page = client.get(f"{reverse('accounts:signin-list')}{query}").context["page"]
        assert [(row["id"], row["user"]) for row in told] == [(row.pk, row.user.email) for row in page]
        assert told or query
    context = client.get(reverse("accounts:signin-list")).context
    [paused], [failed] = client.get(f"{BASE}sign-ins/paused/").json(), client.get(f"{BASE}sign-ins/failed/").json()
    assert (paused["username"], paused["user"]) == (context["paused"][0]["username"], cast.sponsor.pk)
    assert (failed["address"], failed["paused"]) == (context["attempts"][0]["ip_address"], True)
    assert client.get(f"{BASE}sign-ins/?since=yesterday").status_code == 400
    assert signed_in(cast.project_manager).get(f"{BASE}sign-ins/").status_code == 403
