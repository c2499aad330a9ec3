"""Forms of request types and of the questions that they ask."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from intake.formulas.questions import (
    LONGEST_HELP,
    LONGEST_LABEL,
    MAPS_TO,
    REQUIRED_AT,
    WITH_CHOICES,
    WITHOUT_ANSWER,
    new_key,
    number_of,
    question_of,
    questions_of,
    steps_of,
    with_question,
)
from intake.models import RequestType
from intake.models.requests import OPEN, State
from intake.wording import KINDS, needed_words
from intake.wording import MAPS_TO as MAPS_TO_WORDS


class TypeForm(forms.ModelForm):
    """A request type, with the service time of each state in working days."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = RequestType
        fields = ["name", "description", "position", "is_active", "is_public"]
        widgets = {"description": forms.Textarea(attrs={"rows": 2})}
        help_texts = {
            "name": gettext_lazy("As people would call it. For example: “IT change”."),
            "position": gettext_lazy("Small numbers come first where people choose."),
            "is_public": gettext_lazy(
                "At an address that you give out, also without an account. You can close it at any time."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version if self.instance.pk else None
        for state in OPEN:
            self.fields[f"days_{state}"] = forms.IntegerField(
                label=State(state).label,
                required=False,
                min_value=0,
                max_value=999,
                initial=(self.instance.service_days or {}).get(state),
            )

    def groups(self) -> list[dict[str, Any]]:
        """The fields in their groups, as components/form.html draws them."""
        return [
            {"title": _("The kind of request"), "fields": [self[name] for name in ("name", "description", "position", "is_active")]},
            {"title": _("Who may ask"), "fields": [self["is_public"]]},
            {
                "title": _("Service times"),
                "help": _("In how many working days the office means to move on. Empty: no promise."),
                "fields": [self[f"days_{state}"] for state in OPEN],
            },
        ]  # fmt: skip

    def values(self) -> dict[str, Any]:
        """The cleaned values by the model's field names."""
        days = {state: self.cleaned_data.get(f"days_{state}") for state in OPEN}
        return {name: self.cleaned_data[name] for name in self.Meta.fields} | {
            "service_days": {str(state): number for state, number in days.items() if number is not None}
        }


class StepForm(forms.Form):
    """A step of a form."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=LONGEST_LABEL)
    help = forms.CharField(
        label=gettext_lazy("Help"),
        max_length=LONGEST_HELP,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("One or two sentences above the questions."),
    )


TEST_WORDS = {
    "answered": gettext_lazy("is answered"),
    "is": gettext_lazy("is"),
    "is_not": gettext_lazy("is answered and is not"),
    "at_least": gettext_lazy("is at least"),
    "at_most": gettext_lazy("is at most"),
}


class QuestionForm(forms.Form):
    """A question of a form's draft: what `intake/formulas/questions.py` allows, in words."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    label = forms.CharField(
        label=gettext_lazy("Question"),
        max_length=LONGEST_LABEL,
        help_text=gettext_lazy("In plain words, as you would ask it."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind of answer"), choices=list(KINDS.items()))
    choices = forms.CharField(
        label=gettext_lazy("Choices"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One a line."),
    )
    help = forms.CharField(
        label=gettext_lazy("Help"), max_length=LONGEST_HELP, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    example = forms.CharField(label=gettext_lazy("Example of an answer"), max_length=LONGEST_HELP, required=False)
    step = forms.ChoiceField(label=gettext_lazy("Step"))
    required_at = forms.ChoiceField(label=gettext_lazy("Needed"), required=False)
    maps_to = forms.ChoiceField(
        label=gettext_lazy("Fills the field"),
        required=False,
        help_text=gettext_lazy("The answer is then also shown in lists, sorted and summed."),
    )
    if_question = forms.ChoiceField(label=gettext_lazy("Asked only if"), required=False)
    if_test = forms.ChoiceField(label=gettext_lazy("Condition"), choices=list(TEST_WORDS.items()), required=False)
    if_value = forms.CharField(
        label=gettext_lazy("Answer"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("As it stands in the choices; yes or no; or a number."),
    )

    def __init__(self, data: Any = None, *, document: Any, key: str = "", step: str = "", **options: Any) -> None:
        self.document, self.key = document, key
        question = question_of(document, key) or {}
        here = next((place for place, one in questions_of(document) if one["key"] == key), step)
        super().__init__(data, initial=self._initial(question, here) | options.pop("initial", {}), **options)
        self.fields["step"].choices = [(one["key"], one["title"]) for one in steps_of(document)]
        self.fields["required_at"].choices = [("", _("not at all"))] + [(at, needed_words(at)) for at in REQUIRED_AT]
        self.fields["maps_to"].choices = [("", _("none"))] + [(name, MAPS_TO_WORDS[name]) for name in MAPS_TO]
        others = [
            (one["key"], one["label"])
            for _step, one in questions_of(document)
            if one["key"] != key and one["kind"] not in WITHOUT_ANSWER
        ]
        self.fields["if_question"].choices = [("", _("always asked")), *others]

    def _initial(self, question: Mapping[str, Any], step: str) -> dict[str, Any]:
        condition = question.get("show_if") or {}
        value = condition.get("value", "")
        return {
            **{name: question.get(name, "") for name in ("label", "help", "example", "required_at", "maps_to")},
            "kind": question.get("kind", "short_text"),
            "choices": "\n".join(question.get("choices", [])),
            "step": step,
            "if_question": condition.get("question", ""),
            "if_test": condition.get("test", "is"),
            "if_value": (_("yes") if value else _("no")) if isinstance(value, bool) else value,
        }

    def clean(self) -> dict[str, Any]:
        """What belongs together."""
        words = super().clean() or {}
        kind = words.get("kind", "")
        choices = self.choice_list()
        if kind in WITH_CHOICES and len(choices) < 2:
            self.add_error("choices", _("Give at least two choices."))
        if len(set(choices)) < len(choices):
            self.add_error("choices", _("A choice stands there twice."))
        if words.get("maps_to") and MAPS_TO[words["maps_to"]] != kind:
            self.add_error("maps_to", _("This field needs the kind “%(kind)s”.") % {"kind": KINDS[MAPS_TO[words["maps_to"]]]})
        taken = [one for _step, one in questions_of(self.document) if one["key"] != self.key]
        if words.get("maps_to") and any(one.get("maps_to") == words["maps_to"] for one in taken):
            self.add_error("maps_to", _("Another question fills this field already."))
        if words.get("required_at") and kind in WITHOUT_ANSWER:
            self.add_error("required_at", _("A heading and a hint for files hold no answer, so none can be needed."))
        if words.get("if_question"):
            self._clean_condition(words)
        return words

    def _clean_condition(self, words: dict[str, Any]) -> None:
        other, test, text = (
            question_of(self.document, words["if_question"]) or {},
            words.get("if_test"),
            words.get("if_value", ""),
        )
        if test in ("at_least", "at_most"):
            if other.get("kind") not in ("number", "money"):
                self.add_error("if_test", _("“At least” and “at most” need a question for a number."))
            elif number_of(text.replace(",", "")) is None:
                self.add_error("if_value", _("Write a number."))
        elif test in ("is", "is_not"):
            if other.get("kind") == "yes_no":
                if text.lower() not in (_("yes"), _("no")):
                    self.add_error("if_value", _("Write yes or no."))
            elif other.get("kind") not in WITH_CHOICES:
                self.add_error("if_test", _("Only a question with choices, or yes and no, can be compared so."))
            elif text not in other.get("choices", []):
                offered = ", ".join(f"“{choice}”" for choice in other.get("choices", []))
                self.add_error("if_value", _("Write one of its choices: %(choices)s.") % {"choices": offered})

    def choice_list(self) -> list[str]:
        """The choices typed, a line each."""
        return [line.strip() for line in self.cleaned_data.get("choices", "").splitlines() if line.strip()]

    def question(self) -> dict[str, Any]:
        """The question as the document holds it; without what is empty."""
        words = self.cleaned_data
        kept = {name: words[name] for name in ("help", "example", "required_at", "maps_to") if words.get(name)}
        found = {
            "key": self.key or new_key(self.document, words["label"]),
            "label": words["label"],
            "kind": words["kind"],
            **kept,
        }
        if words["kind"] in WITH_CHOICES:
            found["choices"] = self.choice_list()
        if words.get("if_question"):
            found["show_if"] = {"question": words["if_question"], "test": words["if_test"]}
            if words["if_test"] != "answered":
                found["show_if"]["value"] = self._value(words)
        return found

    def _value(self, words: dict[str, Any]) -> Any:
        other, text = question_of(self.document, words["if_question"]) or {}, words["if_value"]
        if other.get("kind") == "yes_no":
            return text.lower() == _("yes")
        return text.replace(",", "") if words["if_test"] in ("at_least", "at_most") else text

    def changed_document(self) -> dict[str, Any]:
        """The form's document with this question in it."""
        return with_question(self.document, self.cleaned_data["step"], self.question(), self.key)
