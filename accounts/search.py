"""What search finds of people: for those who may see who is who."""

from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.access import may
from accounts.models import User
from core.search import LIKE_ENOUGH, Hit, Source, register, resemblance


def people_like(user: Any, text: str, limit: int) -> list[Hit]:
    """People by name, with or without its accents, or by address."""
    if not may(user, "access.view"):
        return []
    fits = Q(name__unaccent__icontains=text) | Q(email__istartswith=text)
    found = (
        User.objects.annotate(rank=resemblance(text, "name"), fits=ExpressionWrapper(fits, BooleanField()))
        .filter(Q(fits=True) | Q(rank__gte=LIKE_ENOUGH))
        .order_by("-fits", "-rank", "name")[:limit]
    )
    return [
        Hit(
            str(person),
            reverse("accounts:user-detail", args=[person.pk]),
            person.email,
            person.rank,
            guessed=not person.fits,
        )
        for person in found
    ]


def register_sources() -> None:
    """Called once, at start-up."""
    register(Source("people", _("People"), "users", people_like))
