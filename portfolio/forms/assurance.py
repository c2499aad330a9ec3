"""The form of an assurance rating."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.widgets import RagChoice
from portfolio.models.ratings import Confidence


class AssuranceForm(forms.Form):
    """Delivery confidence as the PMO judges it."""

    rating = forms.ChoiceField(
        label=_("Delivery confidence"),
        choices=Confidence.choices,
        widget=RagChoice(),
        help_text=_(
            "Green: success on time, budget and quality is highly likely. Amber: feasible, with significant issues that need "
            "attention and can be resolved. Red: appears unachievable as it stands. Exempt: not rated."
        ),
    )
    comment = forms.CharField(
        label=_("Grounds"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What the judgement rests on, so that a reader can follow it."),
    )
