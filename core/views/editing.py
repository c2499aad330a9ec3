"""The way of every form: check, act, go on; or the same page again with what was typed, its errors, or both versions.
And of every button: act, say so or why not, go on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.db import IntegrityError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core.errors import ActionError, EditConflict, refusal_of


@dataclass(frozen=True)
class Difference:
    """One field in which two saved versions differ. `keep` is the version chosen at first: mine where I changed it."""

    name: str
    label: str
    mine_words: str
    theirs_words: str
    keep: str


@dataclass(frozen=True)
class Conflict:
    """Somebody saved first. `version` is theirs: saving again builds on it."""

    by: str
    at: datetime
    version: int
    rows: list[Difference]


def answer_form(
    request: HttpRequest,
    form: forms.BaseForm,
    act: Callable[[Any], Any],
    *,
    done: Callable[[Any], str],
    template: str,
    context: dict[str, Any],
    said: str | Callable[[Any], str] = "",
    remake: Callable[[Any], forms.BaseForm] | None = None,
) -> HttpResponse:
    """Answer a page with one form. `act(form)` does it with the valid form, `done(result)` is where to go then, `said`
    (a sentence, or made of the result) the message there. `remake(current)` is the form of a newer version, for pages where two people may collide.
    `context["read_only"]`: the reader sees what stands in it and can send nothing."""
    conflict = None
    if context.get("read_only"):
        for control in form.fields.values():
            control.disabled = True
    if request.method == "POST":
        if form.is_valid():
            try:
                result = act(form)
            except EditConflict as error:
                if remake is None:  # nothing to compare: it must be read again
                    words = _("Somebody changed this since you opened the page. Open it again and read what it says now.")
                    form.add_error(None, words)
                    return render(request, template, context | {"form": form, "conflict": None}, status=409)
                conflict = conflict_of(form, remake(error.current), error.current)
                typed: Any = form.data
                form.data = typed.copy()
                form.data["version"] = conflict.version  # type: ignore[index]
            except ActionError as error:
                form.add_error(error.field if error.field in form.fields else None, str(error))
            except IntegrityError as error:  # somebody else wrote at one moment: the check before saw neither
                if (refusal := refusal_of(error)) is None:
                    raise
                form.add_error(None, str(refusal))
            else:
                if sentence := said(result) if callable(said) else said:
                    messages.success(request, sentence % {"it": result} if "%(it)s" in sentence else sentence)
                return redirect(done(result))
        return render(request, template, context | {"form": form, "conflict": conflict}, status=409 if conflict else 422)
    return render(request, template, context | {"form": form})


def answer_button(
    request: HttpRequest,
    act: Callable[[], Any],
    *,
    back: str | Callable[[], str],
    said: str | Callable[[Any], str] = "",
    done: Callable[[Any], str] | None = None,
    changed: str = "",
) -> HttpResponse:
    """Answer a button. `act()` does it, `said` (a sentence, or made of the result) is the message then, and `done(result)` where
    to go, else `back`. A refusal is told at `back`, a page or what finds it once all is done; `changed` is what is told instead
    where somebody saved since the page was made."""
    try:
        result = act()
    except ActionError as error:
        messages.error(request, changed if changed and isinstance(error, EditConflict) else str(error))
        return redirect(back() if callable(back) else back)
    except IntegrityError as error:
        if (refusal := refusal_of(error)) is None:
            raise
        messages.error(request, str(refusal))
        return redirect(back() if callable(back) else back)
    if words := said(result) if callable(said) else said:
        messages.success(request, words)
    if done is not None:
        return redirect(done(result))
    return redirect(back() if callable(back) else back)


def typed(request: HttpRequest, current: Callable[[], forms.BaseForm]) -> QueryDict | None:
    """What was posted; where the person chose the other's version of a field, that value instead. None for a GET."""
    if request.method != "POST":
        return None
    theirs = [
        key.removeprefix("choice-") for key, value in request.POST.items() if key.startswith("choice-") and value == "theirs"
    ]
    if not theirs:
        return request.POST
    data, now = request.POST.copy(), current()
    for name in theirs:
        if name in now.fields:
            value = now[name].value()
            value = now.fields[name].prepare_value(value)
            data.setlist(
                name, [str(item) for item in value] if isinstance(value, list) else ["" if value is None else str(value)]
            )
    return data


def conflict_of(mine: forms.BaseForm, theirs: forms.BaseForm, current: Model) -> Conflict:
    """Both versions, field by field. The version that I started from is in the history, so that my changes are known.

    A form whose fields are not the row's own says with `before(base, name)` what a field held in an earlier version.
    """
    events = type(current).pgh_event_model.objects.filter(pgh_obj_id=current.pk)  # type: ignore[attr-defined]
    last = events.order_by("-pgh_id").select_related("pgh_context").first()
    base = events.filter(version=mine.cleaned_data.get("version")).order_by("-pgh_id").first()
    rows = []
    for name, control in mine.fields.items():
        if control.widget.is_hidden:
            continue
        new, now = mine.cleaned_data.get(name), theirs[name].value()
        if not control.has_changed(now, mine[name].data):
            continue
        if base is not None and hasattr(mine, "before"):
            untouched = _same(mine.before(base, name), new)
        else:
            untouched = base is not None and hasattr(base, name) and _same(getattr(base, name), new)
        rows.append(
            Difference(
                name,
                str(control.label or mine[name].label),
                words(control, new),
                words(control, control.to_python(now) if not isinstance(now, list) else now),
                "theirs" if untouched else "mine",
            )
        )
    user = (last.pgh_context.metadata or {}).get("user") if last is not None and last.pgh_context else None
    person = get_user_model()._default_manager.filter(pk=user).first() if user else None
    return Conflict(str(person or _("Somebody")), current.updated_at, current.version, rows)  # type: ignore[attr-defined]


def _same(before: Any, new: Any) -> bool:
    return (before or None) == (new or None)


def words(control: forms.Field, value: Any) -> str:
    """A value as a person reads it."""
    if value in (None, "", []):
        return "–"
    if isinstance(value, Model):
        return str(value)
    if isinstance(value, (list, tuple)):
        return ", ".join(str(item) for item in value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    choices = getattr(control, "choices", None)
    if choices is not None and not isinstance(control, forms.ModelChoiceField):
        return str(dict(choices).get(value, dict(choices).get(str(value), value)))
    return str(value)


def whole_number(text: Any) -> int | None:
    """A key or a version that was sent; None for anything that is none."""
    return int(text) if str(text or "").isdecimal() and len(str(text)) < 19 else None


def sent_version(request: HttpRequest) -> int:
    """The version that a page was made from; one that no row has, where none was sent."""
    version = whole_number(request.POST.get("version"))
    return -1 if version is None else version
