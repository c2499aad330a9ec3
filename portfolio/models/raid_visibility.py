"""Who may see a register entry: the same rule for lists, counts, links, search and exports."""

from functools import reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, Q, QuerySet

from core.prepared import PreparedCondition
from portfolio.models.visibility import Scopes, project_condition, scopes_of, somebody


def _in_sight(reader: Any, *, aside: bool = True) -> Q:
    """The condition that the person may see an entry's scope: the project, programme or portfolio, a project that shares the risk,
    either side of a dependency."""
    get = apps.get_model
    projects = get("portfolio", "Project").objects
    dependencies, shares = get("portfolio", "Dependency").objects, get("portfolio", "SharedImpact").objects
    if scopes_of(reader).rights.everywhere_may("project.view"):
        # All but what lies in the few projects that are hidden: no join, and one small set to look into.
        hidden = projects.filter(is_confidential=True).exclude(project_condition(reader, "project.view")).values("pk")
        inside = ~Q(project__in=hidden)
        giving, shared = dependencies.exclude(giver__in=hidden), shares.exclude(project__in=hidden)
    else:
        seen = projects.visible_to(reader).values("pk")
        inside = Q(project__in=seen)
        inside |= Q(programme__in=get("portfolio", "Programme").objects.visible_to(reader).values("pk"))
        inside |= Q(portfolio__in=get("portfolio", "Portfolio").objects.visible_to(reader).values("pk"))
        giving, shared = dependencies.filter(giver__in=seen), shares.filter(project__in=seen)
    if not aside:
        return inside
    return inside | Q(kind="dependency", pk__in=giving.values("entry")) | Q(kind="risk", pk__in=shared.values("entry"))


def _seen(scopes: Scopes, *, user: int) -> "QuerySet[Any]":
    """Entries whose scope the person may see; confidential ones only by who stands on them."""
    entries, reader = apps.get_model("portfolio", "Entry").objects, somebody(user, scopes)
    named = entries.order_by().filter(stands_on(reader), is_confidential=True).values("pk")
    return entries.filter(_in_sight(reader)).filter(Q(is_confidential=False) | Q(pk__in=named))


SEEN = PreparedCondition(_seen, user=int)


class EntryQuerySet(QuerySet[Any]):
    """Words for register entries."""

    def visible_to(self, user: Any) -> "EntryQuerySet":
        """Those that the person may see, as `_seen` says."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(SEEN(scopes_of(user), user=user.pk))

    def in_sight_of(self, user: Any, *, aside: bool = True) -> "EntryQuerySet":
        """Those whose scope the person may see, confidential ones too: half of the rule; `told_to` is the other half. `aside`:
        also from a project that shares or gives it, as it is only with risks and dependencies."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(_in_sight(user, aside=aside))

    def told_to(self, user: Any) -> "EntryQuerySet":
        """Of entries whose scope the person is known to see: all but confidential ones on which they do not stand."""
        return self.filter(Q(is_confidential=False) | stands_on(user))

    def open(self) -> "EntryQuerySet":
        """Those that somebody still has to do with."""
        return self.filter(is_open=True)

    def overdue(self, on: Any) -> "EntryQuerySet":
        """Open ones whose day has passed."""
        return self.filter(is_open=True, due_on__lt=on)

    def of_kind(self, kind: str) -> "EntryQuerySet":
        """One register's, with their own table."""
        return self.filter(kind=kind).select_related(kind)

    def with_scope(self) -> "EntryQuerySet":
        """Joined with what they belong to and their owner, as pages show them."""
        return self.select_related("project", "programme", "portfolio", "owner", "category")


class OneOf(Func):
    """Whether a key is in an array. The array is read first, and the keys looked up; a set would be joined last, to all entries
    there are."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()


def one_of(name: str, keys: "QuerySet[Any]") -> Q:
    """The condition that a column is among a few keys, which are looked up in its index."""
    return Q(OneOf(F(name), ArraySubquery(keys.order_by())))


def stands_on(user: Any) -> Q:
    """The condition that the person is named on an entry: owner, raiser, follower, or leading its scope. Without joins: the index
    of the confidential ones holds all that it reads."""

    def led(model: str, *roles: str) -> Any:
        leads = reduce(or_, (Q(**{role: user}) for role in roles))
        return apps.get_model("portfolio", model).objects.filter(leads).order_by().values("pk")

    watched = apps.get_model("portfolio", "EntryWatcher").objects.filter(user=user)
    return (
        Q(owner=user)
        | Q(raised_by=user)
        | Q(project__in=led("Project", "manager", "sponsor"))
        | Q(programme__in=led("Programme", "manager", "sponsor"))
        | Q(portfolio__in=led("Portfolio", "owner"))
        | Q(pk__in=watched.values("entry"))
    )
