"""Form controls with our look: days, months, ratings. The rest of the look comes with FORM_RENDERER's templates."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms.renderers import TemplatesSetting
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core.templatetags.pmo import as_attributes, rag


class FormRenderer(TemplatesSetting):
    """Django's, from our templates; but what a form has dozens of, plain inputs and text boxes, is drawn directly, by the same
    words in the same order. A select says in words that nothing is chosen."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        """A control, a field or a whole form."""
        if template_name == "django/forms/widgets/select.html":
            _name_nothing(context["widget"])
        draw = DRAWN.get(template_name)
        return draw(context["widget"]) if draw is not None else super().render(template_name, context, request)


def _name_nothing(widget: dict[str, Any]) -> None:
    """Put words in place of the dashes of Django's own first choice; a form that has its own words keeps them."""
    for _group, options, _index in widget["optgroups"][:1]:
        for option in options[:1]:
            if option["value"] == "" and option["label"] == BLANK_CHOICE_DASH[0][1]:
                option["label"] = _("Choose…") if widget["required"] else _("Not set")


def _input(widget: dict[str, Any]) -> SafeString:
    value = widget["value"]
    told = "" if value is None else f' value="{conditional_escape(value if isinstance(value, str) else str(value))}"'
    attributes = as_attributes(widget["attrs"])
    return mark_safe(f'<input type="{escape(widget["type"])}" name="{escape(widget["name"])}"{told}{attributes}>')


def _text_box(widget: dict[str, Any]) -> SafeString:
    # The line break is the one that HTML leaves out, so that a text may begin with one.
    text = conditional_escape(widget["value"]) if widget["value"] else ""
    return mark_safe(f'<textarea name="{escape(widget["name"])}"{as_attributes(widget["attrs"])}>\n{text}</textarea>')


PLAIN = ("text", "number", "email", "url", "hidden", "date", "datetime", "time", "password", "tel", "search", "color")
DRAWN = {f"django/forms/widgets/{kind}.html": _input for kind in PLAIN} | {"django/forms/widgets/textarea.html": _text_box}


class DayInput(forms.DateInput):
    """A day: the browser's own date control, which needs ISO text whatever the locale."""

    input_type = "date"

    def __init__(self, attrs: dict[str, str] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


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
