"""How the schema describes the answers that only this product gives: a refusal (400), a changed row (412), a missing version (428)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from drf_standardized_errors.openapi_serializers import ClientErrorEnum
from rest_framework import serializers


class RefusedKind(models.TextChoices):
    """Why a 400: what was sent does not read, or an action or a field refuses it."""

    VALIDATION_ERROR = "validation_error", _("validation error")
    CLIENT_ERROR = "client_error", _("client error")


class RefusedErrorSerializer(serializers.Serializer[object]):
    """One error of a 400. `attr`: the field it belongs to ("options.0.name"), or null."""

    code = serializers.CharField()
    detail = serializers.CharField()
    attr = serializers.CharField(allow_null=True)


class RefusedSerializer(serializers.Serializer[object]):
    """The body of a 400, and of a 409: somebody moved it meanwhile."""

    type = serializers.ChoiceField(choices=RefusedKind.choices)
    errors = RefusedErrorSerializer(many=True)  # type: ignore[assignment]  # DRF's own property of that name is not used


class StaleCode(models.TextChoices):
    """The code of a 412."""

    STALE = "stale", _("stale")


class VersionRequiredCode(models.TextChoices):
    """The code of a 428."""

    VERSION_REQUIRED = "version_required", _("version required")


class StaleErrorSerializer(serializers.Serializer[object]):
    """One error of a 412."""

    code = serializers.ChoiceField(choices=StaleCode.choices)
    detail = serializers.CharField()
    attr = serializers.CharField(allow_null=True)


class StaleSerializer(serializers.Serializer[object]):
    """The body of a 412."""

    type = serializers.ChoiceField(choices=ClientErrorEnum.choices)
    errors = StaleErrorSerializer(many=True)  # type: ignore[assignment]  # DRF's own property of that name is not used


class VersionRequiredErrorSerializer(serializers.Serializer[object]):
    """One error of a 428."""

    code = serializers.ChoiceField(choices=VersionRequiredCode.choices)
    detail = serializers.CharField()
    attr = serializers.CharField(allow_null=True)


class VersionRequiredSerializer(serializers.Serializer[object]):
    """The body of a 428."""

    type = serializers.ChoiceField(choices=ClientErrorEnum.choices)
    errors = VersionRequiredErrorSerializer(many=True)  # type: ignore[assignment]
