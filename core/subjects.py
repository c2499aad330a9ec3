"""Which kinds of object can be commented on, hold files or be found by search, and who may see them.

A room registers its kinds in `apps.ready`; `core` never learns their names otherwise.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Model, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat


@dataclass(frozen=True)
class Subject:
    """One kind of object. `find(user, pk, action)` is the room's access function: 404 unseen, 403 not allowed."""

    kind: str  # in URLs: "project"
    model: type[Model]
    find: Callable[[Any, int, str], Any]
    url: Callable[[Any], str]
    visible_to: Callable[[Any], QuerySet[Any]]
    comment_action: str
    attach_action: str
    view_action: str
    label: Any = ""  # of the group in search results
    edit_action: str = ""  # who may do this may also take away files of others; "" = nobody may
    readers: Callable[[Any], QuerySet[Any]] | None = None
    """The active people who may see an object, where the room can say it in one query."""
    seen: Callable[[Any, set[int]], set[int]] | None = None
    """Of a few keys those that somebody sees, where the room can say it faster than by `visible_to`."""

    def among(self, user: Any, pks: set[int]) -> set[int]:
        """Of these keys those that the person sees today. One query."""
        if self.seen is not None:
            return self.seen(user, pks)
        return set(self.visible_to(user).filter(pk__in=pks).order_by().values_list("pk", flat=True))


_kinds: dict[str, Subject] = {}


def register(subject: Subject) -> None:
    """Make a kind of object known. Called once per kind at start-up."""
    _kinds[subject.kind] = subject


def subject_of(kind: str) -> Subject | None:
    """The registered kind of this name, or None."""
    return _kinds.get(kind)


def subjects() -> list[Subject]:
    """All registered kinds."""
    return list(_kinds.values())


def key_of(obj: Any) -> str:
    """How rows of other tables name an object: "project:12". Raises LookupError for an unregistered model."""
    return f"{subject_for(obj).kind}:{obj.pk}"


def shows_hidden(user: Any, field: str) -> Q:
    """The condition that `field`, an array of keys, names something that the person may not see today. No query of its own."""
    found = Q()
    for kind in _kinds.values():
        unseen = kind.model._default_manager.exclude(pk__in=kind.visible_to(user).values("pk")).order_by()
        keys = unseen.annotate(key=Concat(Value(f"{kind.kind}:"), Cast("pk", CharField()))).values("key")
        found |= Q(**{f"{field}__overlap": ArraySubquery(keys)})
    return found


def hides_any(user: Any, keys: Iterable[str]) -> bool:
    """Whether any of the objects ("project:12") may not be seen by the person today; None is somebody outside, who sees
    nothing confidential. What no longer exists hides nothing. Two queries a kind at most."""
    by_kind: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        name, _colon, pk = key.partition(":")
        by_kind[name].append(pk)
    for name, pks in by_kind.items():
        subject = _kinds[name]
        there = subject.model._default_manager.filter(pk__in=pks)
        if user is None:
            fields = {field.name for field in subject.model._meta.get_fields()}
            if "is_confidential" in fields and there.filter(is_confidential=True).exists():
                return True
        elif there.exclude(pk__in=subject.visible_to(user).filter(pk__in=pks).values("pk")).exists():
            return True
    return False


def hidden_keys(user: Any, keys: Iterable[str]) -> set[str]:
    """Those of the objects ("project:12") that the person does not see today. A query a kind of object that is named."""
    by_kind: dict[str, set[int]] = defaultdict(set)
    for key in keys:
        name, _colon, pk = key.partition(":")
        by_kind[name].add(int(pk))
    return {f"{name}:{pk}" for name, pks in by_kind.items() for pk in pks - _kinds[name].among(user, pks)}


def references_seen(user: Any, references: Iterable[str]) -> set[str]:
    """Those of the references ("PRJ-0042") whose objects the person may see today. A query a kind that has references."""
    wanted, found = set(references), set[str]()
    for kind in _kinds.values():
        if any(field.name == "reference" for field in kind.model._meta.concrete_fields):
            found |= set(kind.visible_to(user).filter(reference__in=wanted).order_by().values_list("reference", flat=True))
    return found


def subject_for_model(model: type[Model]) -> Subject | None:
    """The registered kind of a model, or None."""
    return next((subject for subject in _kinds.values() if subject.model is model), None)


def subject_for(obj: Any) -> Subject:
    """The registered kind that `obj` is of. Raises LookupError for an unregistered model."""
    for subject in _kinds.values():
        if isinstance(obj, subject.model):
            return subject
    raise LookupError(f"{type(obj).__name__} is not registered in core.subjects")
