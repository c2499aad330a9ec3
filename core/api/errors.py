"""One error shape for the whole API: `{"type", "errors": [{"code", "detail", "attr"}]}` (drf-standardized-errors)."""

from django.core.exceptions import RequestDataTooBig
from django.db import DataError, IntegrityError, OperationalError
from django.utils.translation import gettext_lazy as _
from drf_standardized_errors.handler import ExceptionHandler
from rest_framework import exceptions, status

from core.api.parsers import TooLarge
from core.errors import ActionError, EditConflict, RemovedMeanwhile, refusal_of


class Stale(exceptions.APIException):
    """412: the row was changed since the client read it."""

    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_detail = _("Somebody else changed this since you read it. Read it again and repeat your change.")
    default_code = "stale"


class VersionRequired(exceptions.APIException):
    """428: a change without saying which version it is based on."""

    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_detail = _("Send the ETag of the version you changed in the If-Match header.")
    default_code = "version_required"


class Unavailable(exceptions.APIException):
    """503: the database is away."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = _("The service is briefly unavailable. Try again in a minute.")
    default_code = "unavailable"


# Moments that Python reads and PostgreSQL does not: out of range, or more than fifteen hours from Greenwich.
NO_MOMENT = ("22008", "22009")


class Errors(ExceptionHandler):  # type: ignore[misc]
    """Turns the errors of actions and of the database into answers."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        """Actions refuse with a sentence; the client gets it at the field it belongs to."""
        if isinstance(exc, IntegrityError):
            exc = refusal_of(exc) or exc
        if isinstance(exc, EditConflict):
            return Stale(str(exc))
        if isinstance(exc, RemovedMeanwhile):
            return exceptions.NotFound(str(exc))
        if problems := getattr(exc, "problems", None):  # an action that found several things wrong
            return exceptions.ValidationError({field: [str(sentence)] for field, sentence in problems.items()})
        if isinstance(exc, ActionError):
            return exceptions.ValidationError({exc.field: [str(exc)]} if exc.field else {"non_field_errors": [str(exc)]})
        if isinstance(exc, RequestDataTooBig):
            return TooLarge()
        if isinstance(exc, OperationalError):
            return Unavailable()
        if isinstance(exc, DataError) and getattr(exc.__cause__, "pgcode", "") in NO_MOMENT:
            return exceptions.ParseError(_("A moment that you sent does not exist: look at its time zone."))
        return super().convert_known_exceptions(exc)  # type: ignore[no-any-return]
