"""What of the portfolio can be talked about and hold files."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.prepared import Prepared
from core.subjects import Subject, register
from portfolio.access import portfolio_for, programme_for, project_by_id
from portfolio.access_entries import entry_by_id
from portfolio.actions.raid import entry_url
from portfolio.models import Entry, Portfolio, Programme, Project
from portfolio.models.visibility import readers_of, scopes_of, somebody


def by_reference(model: Any, find: Any) -> Any:
    """An access function that finds by reference, called by primary key."""

    def found(user: Any, pk: int, action: str) -> Any:
        return find(user, model.objects.filter(pk=pk).values_list("reference", flat=True).first() or "", action)

    return found


FEW = 6
SEEN = Prepared(
    lambda scopes, user, **keys: (
        Entry.objects.visible_to(somebody(user, scopes)).filter(pk__in=list(keys.values())).order_by().values_list("pk")
    ),
    user=int,
    **{f"key{number}": int for number in range(FEW)},
)


def entries_seen(user: Any, pks: set[int]) -> set[int]:
    """Of these entries those that somebody sees. One query, put together once where they are few."""
    if len(pks) > FEW or not user.is_active:
        return set(Entry.objects.visible_to(user).filter(pk__in=pks).order_by().values_list("pk", flat=True))
    keys = [*pks, *[0] * (FEW - len(pks))]
    named = {f"key{number}": key for number, key in enumerate(keys)}
    return {pk for (pk,) in SEEN(scopes_of(user), user=user.pk, **named)}


def register_subjects() -> None:
    """Called once, at start-up."""
    talk: dict[str, Any] = {"comment_action": "comment.write", "attach_action": "attachment.write"}
    place = talk | {"view_action": "portfolio.view", "edit_action": "portfolio.manage"}
    register(
        Subject(
            kind="project",
            model=Project,
            find=project_by_id,
            url=lambda project: reverse("portfolio:project-talk", args=[project.reference]),
            visible_to=Project.objects.visible_to,
            view_action="project.view",
            edit_action="project.edit",
            readers=readers_of,
            label=_("Projects"),
            **talk,
        )
    )
    register(
        Subject(
            kind="programme",
            model=Programme,
            find=by_reference(Programme, programme_for),
            url=lambda programme: reverse("portfolio:programme-detail", args=[programme.reference]),
            visible_to=Programme.objects.visible_to,
            label=_("Programmes"),
            **place,
        )
    )
    register(
        Subject(
            kind="portfolio",
            model=Portfolio,
            find=by_reference(Portfolio, portfolio_for),
            url=lambda portfolio: reverse("portfolio:portfolio-detail", args=[portfolio.reference]),
            visible_to=Portfolio.objects.visible_to,
            label=_("Portfolios"),
            **place,
        )
    )
    register(
        Subject(
            kind="entry",
            model=Entry,
            find=entry_by_id,
            url=entry_url,
            visible_to=Entry.objects.visible_to,
            view_action="project.view",
            edit_action="register.edit",
            seen=entries_seen,
            label=_("Registers"),
            **talk,
        )
    )
