"""Reading what is sent: JSON that no database can hold is refused as such, wherever in the body it stands."""

import re
from collections.abc import Mapping
from io import BytesIO
from math import isfinite
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

LARGEST = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
"""Bytes of a body, as many as a page's form may send: Django checks only what it reads itself."""


class TooLarge(ParseError):
    """400: a body with more bytes than a page's form may send."""

    default_detail = gettext_lazy("What you sent is too large to be read: send less at once, and files as files.")


_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def has_unstorable(value: Any) -> bool:
    """Whether a text in it holds a null character or half of a surrogate pair, or a number is infinite, as 1e999 is read:
    PostgreSQL keeps none of them."""
    if isinstance(value, str):
        return bool(_UNSTORABLE.search(value))
    if isinstance(value, float):
        return not isfinite(value)
    if isinstance(value, dict):
        return any(has_unstorable(key) or has_unstorable(one) for key, one in value.items())
    return isinstance(value, list) and any(map(has_unstorable, value))


class Json(JSONParser):
    """JSON. A body that is too large or nested too deeply, or holds text that is none, is a 400 instead of a failure."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """The body as data."""
        body = stream.read(LARGEST + 1)
        if len(body) > LARGEST:
            raise TooLarge
        try:
            data = super().parse(BytesIO(body), media_type, parser_context)  # type: ignore[arg-type]
            unstorable = has_unstorable(data)
        except RecursionError as error:
            raise ParseError(_("The JSON is nested too deeply.")) from error
        if unstorable:
            raise ParseError(_("What you sent holds a null character, half a character or infinity: it cannot be stored."))
        return data
