"""People, organisation units and the roles granted to people."""

import hashlib
import secrets
import zoneinfo
from datetime import date
from typing import Any, ClassVar

import pghistory
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.roles import ROLES
from core.models import Versioned


class UserManager(BaseUserManager["User"]):
    """Creates people; e-mail addresses are kept lower case."""

    def create_user(self, email: str, name: str = "", password: str | None = None, **fields: Any) -> "User":
        """A new person. Without a password they must use the reset link."""
        user = self.model(email=email.strip().lower(), name=name, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """Sign-in ignores case and surrounding blanks."""
        return self.get(email=(username or "").strip().lower())


def zones() -> list[tuple[str, str]]:
    """All IANA zones as choices."""
    return [(zone, zone.replace("_", " ")) for zone in sorted(zoneinfo.available_timezones()) if "/" in zone or zone == "UTC"]


@pghistory.track(exclude=["password", "last_login"])
class User(AbstractBaseUser, Versioned):
    """A person. Signs in by e-mail."""

    email = models.EmailField(
        _("e-mail address"),
        max_length=254,
        unique=True,
        error_messages={"unique": _("Somebody with this e-mail address exists already.")},
    )
    name = models.CharField(_("name"), max_length=150, blank=True)
    job_title = models.CharField(_("job title"), max_length=150, blank=True)
    unit = models.ForeignKey(
        "accounts.OrganisationUnit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("organisation unit"),
    )
    language = models.CharField(_("language"), max_length=12, blank=True, choices=settings.LANGUAGES)
    time_zone = models.CharField(_("time zone"), max_length=60, blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ["name", "email"]
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")),
                name="user_email_lower_case",
                violation_error_message=_("Write the e-mail address in small letters."),
            )
        ]
        indexes = [
            # The few who left: who decides a change, and what an office answers for them, leaves them out.
            models.Index(fields=["id"], condition=models.Q(is_active=False), name="user_inactive"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def initials(self) -> str:
        """Up to two letters for the avatar."""
        words = (self.name or self.email.split("@")[0].replace(".", " ")).split()
        return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words[:1])).upper()

    def get_full_name(self) -> str:
        """The name shown."""
        return str(self)

    def get_short_name(self) -> str:
        """The first word of the name."""
        return str(self).split(maxsplit=1)[0]


@pghistory.track()
class OrganisationUnit(Versioned):
    """A department, division or team. Units form a tree; a grant on one holds for all below it."""

    name = models.CharField(_("name"), max_length=150)
    code = models.CharField(_("code"), max_length=30, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("organisation unit")
        verbose_name_plural = _("organisation units")
        constraints = [
            models.UniqueConstraint(
                "parent",
                Lower("name"),
                name="unit_name_once_in_parent",
                nulls_distinct=False,
                violation_error_message=_("A unit of this name exists here already."),
            ),
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("pk")),
                name="unit_not_in_itself",
                violation_error_message=_("A unit cannot be part of itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class GrantQuerySet(models.QuerySet["Any"]):
    """Words for grants of any scope."""

    def active(self, on: date) -> "GrantQuerySet":
        """Those that hold on this day."""
        return self.filter(
            models.Q(starts_on=None) | models.Q(starts_on__lte=on), models.Q(ends_on=None) | models.Q(ends_on__gte=on)
        )


# The same rule in SQL, for the rights that every page reads: to put that query together takes longer than to answer it.
HELD = "user_id = %(user)s AND (starts_on IS NULL OR starts_on <= %(on)s) AND (ends_on IS NULL OR ends_on >= %(on)s)"


class Grant(models.Model):
    """Base: a role that a person holds, from and to a date (both included; empty = open)."""

    role = models.CharField(_("role"), max_length=20, choices=list(ROLES.items()))
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    created_at = models.DateTimeField(_("granted"), auto_now_add=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        abstract = True

    def holds(self, on: date) -> bool:
        """Whether it holds on this day; the same rule as `active`."""
        return (self.starts_on is None or self.starts_on <= on) and (self.ends_on is None or self.ends_on >= on)

    @classmethod
    def dates_in_order(cls, name: str) -> models.CheckConstraint:
        """The constraint every kind of grant has."""
        return models.CheckConstraint(
            condition=models.Q(starts_on=None) | models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
            name=name,
            violation_error_message=_("The last day is before the first day."),
        )


@pghistory.track()
class RoleGrant(Grant):
    """A role held everywhere (no unit) or on an organisation unit and all below it."""

    HISTORY_NAME = "role"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="role_grants", verbose_name=_("person"))
    unit = models.ForeignKey(
        OrganisationUnit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="role_grants",
        verbose_name=_("organisation unit"),
    )

    class Meta:
        ordering = ["role", "pk"]
        verbose_name = _("role grant")
        constraints = [
            Grant.dates_in_order("role_grant_dates_in_order"),
            models.UniqueConstraint(
                fields=["user", "role", "unit"],
                name="role_grant_once",
                nulls_distinct=False,
                violation_error_message=_("This person holds the role there already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}"


@pghistory.track(exclude=["digest", "last_used_at"])
class ApiToken(models.Model):
    """A key to the API: only its digest is kept, it has scopes and an end."""

    SCOPES = [("read", _("Read")), ("write", _("Read and write"))]

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(_("starts with"), max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=10, choices=SCOPES), verbose_name=_("scopes"))
    expires_at = models.DateTimeField(_("ends"))
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("API token")

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def new_key() -> str:
        """A fresh key of 256 random bits, shown to its owner once."""
        return f"pmo_{secrets.token_urlsafe(32)}"

    @staticmethod
    def digest_of(key: str) -> str:
        """What is stored of a key. The key is random, so a plain SHA-256 is enough."""
        return hashlib.sha256(key.encode()).hexdigest()


class SignIn(models.Model):
    """One sign-in of a person, kept for the audit; while `ended_at` is empty its session may still be alive.

    Not tracked: rows are written once and closed once, they are a history themselves.
    """

    ENDINGS = [
        ("signed_out", _("Signed out")),
        ("elsewhere", _("Signed out from another device")),
        ("password", _("Password changed")),
        ("disabled", _("Person disabled")),
    ]

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="sign_ins", verbose_name=_("person"))
    session_key = models.CharField(max_length=40)
    address = models.GenericIPAddressField(_("network address"), null=True, blank=True)
    device = models.CharField(_("browser"), max_length=300, blank=True)
    at = models.DateTimeField(_("signed in"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ending = models.CharField(_("how it ended"), max_length=12, blank=True, choices=ENDINGS)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
        indexes = [
            # The sessions of one person that may be alive.
            models.Index(fields=["user", "-at"], condition=models.Q(ended_at=None), name="sign_in_alive"),
            # The audit page, newest first.
            models.Index(fields=["-at"], name="sign_in_newest"),
        ]

    def __str__(self) -> str:
        return self.browser

    @property
    def browser(self) -> str:
        """Browser and system in words, as far as they can be told from what the browser says."""
        browsers = {"Edg/": "Edge", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
        systems = {
            "Windows": "Windows",
            "Android": "Android",
            "iPhone": "iPhone",
            "iPad": "iPad",
            "Mac OS": "macOS",
            "Linux": "Linux",
        }
        words = [next((name for mark, name in known.items() if mark in self.device), "") for known in (browsers, systems)]
        return " · ".join(filter(None, words)) or self.device[:60]
