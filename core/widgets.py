"""Form controls with our look: days, months, ratings. The rest of the look comes with FORM_RENDERER's templates."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from core.templatetags.pmo import as_attributes, rag


class DayInput(forms.DateInput):
    """A day: the browser's own date control, which needs ISO text whatever the locale."""

    input_type = "date"

    def __init__(self, attrs: dict[str, str] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    """A day and a time, in the reader's time zone."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, str] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%dT%H:%M")


class RagChoice(forms.RadioSelect):
    """Ratings as pills (letter, shape, word); give it choices such as ("red", _("Red")). Drawn directly: a status form has 35."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """All pills of one field."""
        widget = self.get_context(name, value, attrs)["widget"]
        pills = [
            f'<label class="rag-choice"{as_attributes({"for": option["attrs"].get("id")})}>'
            f'<input type="radio" name="{escape(name)}" value="{escape(option["value"])}"{as_attributes(option["attrs"])}>'
            f"{rag(option['value'], '', option['label'])}</label>"
            for _group, options, _index in widget["optgroups"]
            for option in options
        ]
        return mark_safe(f'<div class="rag-choices"{as_attributes({"id": widget["attrs"].get("id")})}>{"".join(pills)}</div>')
