"""Comments and files through the API: the same access and actions as on the page."""

from django.core.files.uploadedfile import SimpleUploadedFile

from core.models import Attachment, Comment, Notification
from tests import factories

BASE = "/api/v1/portfolio/projects/"


def upload(client, project, name, content):
    return client.post(f"{BASE}{project.reference}/attachments/", {"file": SimpleUploadedFile(name, content)})


def test_comment_is_said_changed_and_taken_away_by_its_writer_only(cast, signed_in):
    address = f"{BASE}{cast.own.reference}/comments/"
    text = f"Look, @{cast.sponsor.email} and @{cast.stranger.email}"
    said = signed_in(cast.project_manager).post(address, {"text": text}, content_type="application/json")
    assert said.status_code == 201
    assert said.json()["not_told"] == [cast.stranger.email]
    assert Notification.objects.filter(user=cast.sponsor).count() == 1
    (listed,) = signed_in(cast.auditor).get(address).json()["results"]
    assert (listed["text"], listed["written_by"]) == (text, cast.project_manager.email)
    one = f"/api/v1/core/comments/{listed['id']}/"
    assert signed_in(cast.sponsor).patch(one, {"text": "Mine"}, content_type="application/json").status_code == 403
    assert signed_in(cast.stranger).delete(one).status_code == 404
    assert signed_in(cast.project_manager).patch(one, {"text": "Better"}, content_type="application/json").status_code == 200
    assert signed_in(cast.project_manager).delete(one).status_code == 204
    assert Comment.objects.get().removed_at
    assert signed_in(cast.auditor).get(address).json()["results"] == []
    assert signed_in(cast.auditor).post(address, {"text": "No"}, content_type="application/json").status_code == 403


def test_file_is_added_downloaded_and_removed(cast, signed_in):
    client = signed_in(cast.project_manager)
    assert upload(client, cast.own, "tool.exe", b"MZ").status_code == 400
    made = upload(client, cast.own, "plan.pdf", b"%PDF-1.7 plan")
    assert (made.status_code, made.json()["name"]) == (201, "plan.pdf")
    one = f"/api/v1/core/attachments/{made.json()['id']}/"
    (listed,) = client.get(f"{BASE}{cast.own.reference}/attachments/").json()["results"]
    assert listed == client.get(one).json()
    answer = signed_in(cast.sponsor).get(f"{one}download/")
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 plan"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert signed_in(cast.stranger).get(f"{one}download/").status_code == 404
    assert signed_in(cast.sponsor).delete(one).status_code == 403
    assert signed_in(cast.project_manager).delete(one).status_code == 204
    assert Attachment.objects.get().removed_at
    assert signed_in(cast.sponsor).get(f"{one}download/").status_code == 404


def test_a_read_only_key_writes_nothing(cast, client):
    _token, key = factories.token(cast.project_manager)
    headers = {"Authorization": f"Bearer {key}"}
    address = f"{BASE}{cast.own.reference}/comments/"
    assert client.get(address, headers=headers).status_code == 200
    refused = client.post(address, {"text": "Hello"}, content_type="application/json", headers=headers)
    assert refused.status_code == 403
    assert not Comment.objects.exists()
