"""Verbs of saved views: save, change, forget."""

from typing import Any

from django.db import transaction

from core.actions.locking import check
from core.history import recorded
from core.models import SavedView


@transaction.atomic
def save_view(*, by: Any, page: str, name: str, query: str, shared: bool) -> SavedView:
    """Keep a list's filters under a name. The same name again replaces the person's own view."""
    with recorded("core.view.saved"):
        view = SavedView.objects.select_for_update().filter(user=by, page=page, name=name).first() or SavedView(
            user=by, page=page, name=name
        )
        view.query, view.is_shared = query, shared
        check(view)
        view.save()
    return view


@transaction.atomic
def share_view(view: SavedView, *, shared: bool) -> SavedView:
    """Show a view to everyone, or to its owner alone."""
    with recorded("core.view.shared" if shared else "core.view.unshared"):
        view.is_shared = shared
        view.save()
    return view


@transaction.atomic
def forget_view(view: SavedView) -> None:
    """Delete a view."""
    with recorded("core.view.forgotten"):
        view.delete()
