"""Sessions as Django keeps them, read by a query that is put together once: every page asks for one."""

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from core.prepared import PreparedObjects

SESSIONS = PreparedObjects(
    lambda key, at: Session.objects.filter(session_key=key, expire_date__gt=at).order_by(), key=str, at=datetime
)


class SessionStore(DatabaseStore):
    """The store that SESSION_ENGINE names. Same table, same name: sessions of the other one go on."""

    def _get_session_from_db(self) -> Any:
        # Django's own answer where there is none: it logs, and forgets the key.
        key = self.session_key
        found = SESSIONS(key=key, at=timezone.now()) if key and "\0" not in key else []
        return found[0] if found else super()._get_session_from_db()  # type: ignore[misc]  # the stubs leave it out
