"""What search finds of people: for those who may see who is who."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.access import may
from accounts.models import User
from core.search import LIKE_ENOUGH, Hit, Source, register, resemblance


def people_like(user: Any, text: str, limit: int) -> list[Hit]:
    """People by name or address."""
    if not may(user, "access.view"):
        return []
    found = (
        User.objects.annotate(rank=resemblance(text, "name"))
        .filter(Q(name__icontains=text) | Q(rank__gte=LIKE_ENOUGH) | Q(email__istartswith=text))
        .order_by("-rank", "name")[:limit]
    )
    typed = text.casefold()
    return [
        Hit(
            str(person),
            reverse("accounts:user-detail", args=[person.pk]),
            person.email,
            person.rank,
            guessed=typed not in person.name.casefold() and not person.email.casefold().startswith(typed),
        )
        for person in found
    ]


def register_sources() -> None:
    """Called once, at start-up."""
    register(Source("people", _("People"), "users", people_like))
