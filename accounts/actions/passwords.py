"""Links by mail that let somebody choose a password."""

from datetime import datetime

import structlog
from celery import current_app
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from core.actions.mail import full_url, queue_mail

log = structlog.get_logger(__name__)


def password_link(user: User) -> str:
    """The address where the person chooses a password: works once, until they sign in or `PASSWORD_RESET_TIMEOUT`."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    token = default_token_generator.make_token(user)
    path = reverse("accounts:password-reset-confirm", kwargs={"uidb64": uid, "token": token})
    return full_url(path)


def _minutes() -> str:
    minutes = settings.PASSWORD_RESET_TIMEOUT // 60
    return ngettext("The link works once, for %(count)s minute.", "The link works once, for %(count)s minutes.", minutes) % {
        "count": minutes
    }


def ask_for_password_reset(email: str) -> bool:
    """Have a worker do it. False when the broker is away: then the page must do it itself."""
    try:
        current_app.send_task("accounts.send_password_reset", args=[email], retry=False)
    except Exception as error:  # noqa: BLE001 - whatever the broker's client raises
        log.warning("broker_away", error=type(error).__name__)
        return False
    return True


def send_password_reset(*, email: str, at: datetime) -> bool:
    """Mail a reset link to the person with this address. Nobody learns whether there is one: only a log sees the answer.

    At most one mail a minute for a person, however often somebody asks.
    """
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if user is None:
        return False
    with translation.override(user.language or settings.LANGUAGE_CODE):
        queue_mail(
            key=f"password-reset:{user.pk}:{at:%Y%m%d%H%M}",
            template="plain",
            context={
                "heading": _("Choose a new password"),
                "paragraphs": [
                    _("Somebody, probably you, asked for a new password for %(email)s.") % {"email": user.email},
                    _minutes(),
                    _("If it was not you, do nothing: your password stays as it is."),
                ],
                "action": _("Choose a new password"),
                "action_url": password_link(user),
                "reason": _("You get this because somebody entered your address on the sign-in page."),
            },
            at=at,
            to=user,
            is_secret=True,
        )
    return True


def send_invitation(*, user: User, by: User | None, at: datetime) -> None:
    """Mail a link with which a new person chooses their first password. `by` None: the organisation did (the command line)."""
    with translation.override(user.language or settings.LANGUAGE_CODE):
        organisation = settings.ORGANISATION_NAME
        queue_mail(
            key=f"invitation:{user.pk}:{at:%Y%m%d%H%M%S}",
            template="plain",
            context={
                "heading": _("%(organisation)s: your account is ready") % {"organisation": organisation},
                "paragraphs": [
                    _("%(name)s has opened an account for you. You sign in with this address: %(email)s.")
                    % {"name": by or organisation, "email": user.email},
                    _("Choose a password to start."),
                    _minutes(),
                    _("Later, choose “Forgot your password?” on the sign-in page to get another link."),
                ],
                "action": _("Choose a password"),
                "action_url": password_link(user),
                "reason": _("You get this because an administrator opened an account for you."),
            },
            at=at,
            to=user,
            is_secret=True,
        )
