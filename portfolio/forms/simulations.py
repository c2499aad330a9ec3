"""The form that asks for a simulation."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.errors import ActionError
from portfolio.access import scope_to_simulate
from portfolio.formulas.simulation import (
    DRAWS,
    FEWEST_DRAWS,
    LEAST_CONFIDENCE,
    MOST_CONFIDENCE,
    MOST_DRAWS,
    MOST_SEED,
)


class SimulationForm(forms.Form):
    """Of what, in which currency, how often, how sure."""

    scope = forms.CharField(
        label=_("Project, programme or portfolio"),
        required=False,
        max_length=300,
        help_text=_("Its reference, such as PRJ-0042. Empty: every risk that you may see."),
    )
    currency = forms.ChoiceField(
        label=_("Currency"), help_text=_("Amounts of different currencies are never added: one simulation a currency.")
    )
    confidence = forms.DecimalField(
        label=_("Confidence, %"),
        min_value=LEAST_CONFIDENCE,
        max_value=MOST_CONFIDENCE,
        max_digits=4,
        decimal_places=1,
        initial=80,
        help_text=_("How sure you want to be that the contingency is enough: 80 means in 80 of 100 outcomes."),
    )
    draws = forms.IntegerField(
        label=_("Draws"),
        min_value=FEWEST_DRAWS,
        max_value=MOST_DRAWS,
        initial=DRAWS,
        help_text=_("How many outcomes are drawn. More draws make the percentiles more exact; 100,000 is plenty."),
    )
    seed = forms.IntegerField(
        label=_("Seed"),
        min_value=0,
        max_value=MOST_SEED,
        required=False,
        help_text=_("Where the random numbers begin. The same seed gives the same result again. Empty: any."),
    )

    def __init__(self, *args: Any, user: Any, currencies: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["currency"].choices = [(code, code) for code in currencies]  # type: ignore[attr-defined]

    def clean_scope(self) -> Any:
        """The scope itself, None for all that the person sees."""
        try:
            return scope_to_simulate(self.user, self.cleaned_data["scope"])
        except ActionError as error:
            raise forms.ValidationError(str(error)) from error
