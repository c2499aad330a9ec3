"""Sessions: Django's own table, read by a query that is put together once."""

from datetime import timedelta

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.sessions import SessionStore


def test_a_session_of_djangos_own_store_goes_on(db):
    made = DatabaseStore()
    made["word"] = "Ünïcode %s"
    made.save()
    for _ in range(3):
        with CaptureQueriesContext(connection) as queries:
            assert SessionStore(made.session_key)["word"] == "Ünïcode %s"
        assert len(queries) == 1


def test_a_session_that_is_over_or_never_was_is_empty_and_gets_another_key(db):
    made = SessionStore()
    made["word"] = "over"
    made.save()
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    for key in (made.session_key, "x" * 32, "", "a\0b", "'; --", "%"):
        store = SessionStore(key)
        assert store.get("word") is None
        assert store.session_key is None


def test_a_changed_session_is_read_as_it_is_now(db):
    made = SessionStore()
    made["word"] = "one"
    made.save()
    assert SessionStore(made.session_key)["word"] == "one"
    made["word"] = "two"
    made.save()
    assert SessionStore(made.session_key)["word"] == "two"
    made.delete()
    assert SessionStore(made.session_key).get("word") is None
