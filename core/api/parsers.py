"""Reading what is sent: JSON that no database can hold is refused as such, wherever in the body it stands."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def has_unstorable(value: Any) -> bool:
    """Whether a text in it holds a null character, or half of a surrogate pair: PostgreSQL keeps neither."""
    if isinstance(value, str):
        return bool(_UNSTORABLE.search(value))
    if isinstance(value, dict):
        return any(has_unstorable(key) or has_unstorable(one) for key, one in value.items())
    return isinstance(value, list) and any(map(has_unstorable, value))


class Json(JSONParser):
    """JSON. A body that is nested too deeply, or holds text that is none, is a 400 instead of a failure."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """The body as data."""
        try:
            data = super().parse(stream, media_type, parser_context)  # type: ignore[arg-type]
            unstorable = has_unstorable(data)
        except RecursionError as error:
            raise ParseError(_("The JSON is nested too deeply.")) from error
        if unstorable:
            raise ParseError(_("A text holds a character that cannot be stored: a null character or half a pair."))
        return data
