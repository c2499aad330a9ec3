"""Controls that are drawn directly look as their templates draw them."""

from typing import Any

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import mark_safe

from core.widgets import DRAWN, DayInput, FormRenderer

HOSTILE = '"><script>alert(1)</script>&amp;'


@pytest.mark.parametrize(
    "widget",
    [
        forms.TextInput(attrs={"class": HOSTILE, "required": True, "disabled": False}),
        forms.NumberInput(attrs={"step": 1, "min": 0}),
        forms.EmailInput(),
        forms.URLInput(),
        forms.HiddenInput(),
        forms.PasswordInput(),
        forms.TimeInput(),
        DayInput(),
        forms.Textarea(attrs={"rows": 3}),
    ],
)
@pytest.mark.parametrize("value", [None, "", 0, 3.5, HOSTILE, mark_safe("&lt;"), "\n\nTwo lines\n"])
def test_drawn_as_the_template_draws_it(widget: Any, value: Any) -> None:
    context = widget.get_context(HOSTILE, value, {"id": "id_one"})
    assert widget.template_name in DRAWN
    told = TemplatesSetting().render(widget.template_name, context)
    assert FormRenderer().render(widget.template_name, context).strip() == told.strip()


def test_everything_else_comes_from_its_template() -> None:
    select = forms.Select(choices=[("a", "A")])
    context = select.get_context("one", "a", {})
    assert FormRenderer().render(select.template_name, context) == TemplatesSetting().render(select.template_name, context)
