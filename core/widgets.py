"""Form controls with our look: days, months, ratings. The rest of the look comes with FORM_RENDERER's templates."""

from __future__ import annotations

from django import forms


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
    """Ratings as pills (letter, shape, word); give it choices such as ("red", _("Red"))."""

    template_name = "django/forms/widgets/rag_choice.html"
