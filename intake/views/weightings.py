"""Comparing criteria in pairs: a round with its judges and its result, and the page where a judge answers."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import may, require
from core import money
from core.charts import Meeting, Share, pair_map, share_bars
from core.errors import ActionError, EditConflict
from core.templatetags.pmo import initials_of
from core.views.autosave import autosaving, not_kept
from core.views.editing import answer_button, answer_form
from intake.access import judge_for
from intake.actions import weightings as actions
from intake.disagreement import Judged, comparison_of, judged
from intake.forms.assessments import PeopleForm
from intake.forms.weightings import JudgeForm, WeightingForm
from intake.formulas import ahp
from intake.models import Judge, WeightingRound
from intake.views.scoring import FORM, version_url
from intake.views.scoring_drafts import draft_of, frame_of
from intake.wording import (
    CONSISTENCY,
    STEPS,
    ratio_sentence,
    repair_sentence,
    times,
    triple_sentence,
)


def weighting_url(row: WeightingRound) -> str:
    """The page of a round."""
    return reverse("intake:weighting-detail", args=[row.pk])


def judge_url(row: Judge) -> str:
    """Where a judge answers."""
    return reverse("intake:judge-edit", args=[row.pk])


def weighting_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask judges to compare the criteria of a draft."""
    version = draft_of(request, pk)
    initial = {"name": _("Weights of %(version)s") % {"version": version}}
    return answer_form(
        request,
        WeightingForm(request.POST or None, version=version, initial=initial),
        lambda valid: actions.open_weighting(
            version,
            name=valid.cleaned_data["name"],
            judges=valid.chosen(),
            due_on=valid.cleaned_data["due_on"],
            by=request.user,
            at=timezone.now(),
            **valid.compared(),
        ),
        done=weighting_url,
        template=FORM,
        context=frame_of(version) | {"page_title": _("Have judges compare in pairs"), "submit": _("Invite the judges")},
        said=_("The judges are invited."),
    )


def round_of(request: HttpRequest, pk: int, action: str = "intake.manage") -> WeightingRound:
    """A round by key, for whoever sets up scoring models, or may do `action`."""
    require(request.user, action)
    return get_object_or_404(WeightingRound.objects.select_related("model_version__model", "group", "opened_by"), pk=pk)


@require_GET
def weighting_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Who judges, what came out, who contradicts themselves and where judges differ."""
    row, may_manage = round_of(request, pk, "setup.view"), may(request.user, "intake.manage")
    judges = list(row.judges.select_related("user"))
    found = judged(row)
    names = [item["name"] for item in row.items]
    context: dict[str, Any] = {
        "it": row,
        "shown": row.model_version,
        "model": row.model_version.model,
        "judges": judges,
        "names": names,
        "pairs": len(actions.pairs_of(row)),
        "waiting": sum(judge.submitted_at is None and judge.withdrawn_at is None for judge in judges),
        "is_draft": row.model_version.published_at is None,
        "may_manage": may_manage,
        "page_title": row.name,
        "no_as_of": True,
    }
    if found:
        result, people = found.result, found.people
        context |= {
            "group": said_of(result.group, names, result.matrix),
            "lines": [
                {"judge": judge} | said_of(one, names, matrix, "" if judge.user == request.user else str(judge.user))
                for judge, matrix, one in zip(found.judges, found.matrices, result.judges, strict=True)
            ],
            "chart": weights_chart(result, names, people),
            "map": map_of(found) if found.cells else None,
            "furthest": found.furthest,
            "may_take": may_manage and context["is_draft"] and result.group.is_complete and row.taken_at is None,
        }
    return render(request, "intake/weightings/weighting_detail.html", context)


def said_of(one: ahp.Assessment, names: list[str], matrix: ahp.Matrix, who: str = "") -> dict[str, Any]:
    """What a matrix says, in words; `who` answered, where it was not the reader."""
    return {
        "assessment": one,
        "label": CONSISTENCY[one.label],
        "meaning": ratio_sentence(one.label),
        "ratio": None if one.ratio is None else f"{one.ratio:.2f}",
        "tone": "is-amber" if one.label in ("review", "reject", "incomplete") else "",
        "triple": triple_sentence(one.triple, names, matrix, who)
        if one.triple and not one.is_accepted and one.triple.factor > 1.5
        else "",
        "repair": repair_sentence(one.repair, names) if one.repair else "",
        "numbers": numbers_of(one, len(names)),
        "missing": [comparison_of(names, cell) for cell in one.missing],
    }


def numbers_of(one: ahp.Assessment, size: int) -> str:
    """How the ratio came about."""
    if one.ratio is None or one.lambda_max is None or size < 3:
        return ""
    return _(
        "λmax %(lambda)s; CI = (%(lambda)s − %(n)s) / %(less)s = %(index)s; RI %(random)s (Saaty, n = %(n)s); CR = %(ratio)s"
    ) % {
        "lambda": f"{one.lambda_max:.3f}",
        "n": size,
        "less": size - 1,
        "index": f"{one.index or 0:.3f}",
        "random": f"{one.random_index:.2f}",
        "ratio": f"{one.ratio:.3f}",
    }


def weights_chart(result: ahp.GroupAssessment, names: list[str], people: list[str]) -> Any:
    """Everybody's weights and the common ones."""
    weights = result.group.weights or (0.0,) * len(names)
    marks = [initials_of(person) for person in people]
    rows = []
    for number, name in enumerate(names):
        others = [
            (mark, person, one.weights[number])
            for mark, person, one in zip(marks, people, result.judges, strict=True)
            if one.weights is not None and len(people) > 1
        ]
        rows.append(Share(name, weights[number], others))
    rows.sort(key=lambda row: -row.share)
    title = _("%(name)s weighs most: %(share)s") % {"name": rows[0].label, "share": money.percent(100 * rows[0].share)}
    subtitle = ngettext(
        "Weights in percent, answers of %(count)d judge",
        "Weights in percent, geometric mean of %(count)d judges; a tick for each of them",
        len(people),
    ) % {"count": len(people)}
    return share_bars(title=title, subtitle=subtitle, rows=rows)


def map_of(found: Judged) -> Any:
    """On which pairs judges differ, the darker the more."""
    most = max([cell.spread for cell in found.cells] + [1.0])
    cells = [
        Meeting(
            cell.row,
            cell.column,
            0.0 if most <= 1.01 else min((cell.spread - 1) / (max(most, 3.0) - 1), 1.0),
            times(cell.spread),
            found.ends_of(cell),
        )
        for cell in found.cells
    ]
    subtitle = _("Geometric standard deviation of the answers, a factor: 1× is the same, 2× is twice as much or half")
    return pair_map(title=found.title, subtitle=subtitle, names=found.names, cells=cells)


def weighting_invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask more judges."""
    row = round_of(request, pk)
    there = list(row.judges.filter(withdrawn_at=None).values_list("user", flat=True))
    context = frame_of(row.model_version) | {"page_title": _("Invite judges"), "submit": _("Invite")}
    return answer_form(
        request,
        PeopleForm(request.POST or None, but=there),
        lambda valid: actions.invite_judges(row, judges=valid.chosen(), at=timezone.now()),
        done=lambda _count: weighting_url(row),
        template=FORM,
        context=context | {"cancel_url": weighting_url(row)},
        said=_("The judges are invited."),
    )


@require_POST
def weighting_take(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the common weights over into the draft."""
    row = round_of(request, pk)
    return answer_button(
        request,
        lambda: actions.take_weights(row, at=timezone.now()),
        back=weighting_url(row),
        said=_("The weights stand in the draft."),
        done=lambda taken: version_url(row.model_version),
    )


@require_POST
def judge_withdraw(request: HttpRequest, pk: int, judge: int) -> HttpResponse:
    """Take a judge out: the answers are kept, marked, and not counted."""
    row = round_of(request, pk)
    seat = get_object_or_404(row.judges.select_related("user"), pk=judge)
    return answer_button(
        request,
        lambda: actions.withdraw_judge(seat, at=timezone.now()),
        back=weighting_url(row),
        said=_("%(person)s does not count any more.") % {"person": seat.user},
    )


# The judge's own page


@require_http_methods(["GET", "HEAD", "POST"])
def judge_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Compare in pairs: question by question, or all in a matrix (`?view=matrix`). Saves itself, incomplete or not.

    `?panel=1` is the part that says what the answers mean so far. 422 names the pair that has no answer.
    """
    judge = judge_for(request.user, pk)
    if request.method != "POST":
        if "panel" in request.GET:
            return render(request, "intake/weightings/_own_result.html", own_result(judge))
        return judge_page(request, judge, JudgeForm(judge=judge))
    form = JudgeForm(request.POST, judge=judge)
    if not form.is_valid():
        return judge_failed(request, judge, form, 422)
    sent = form.cleaned_data["version"] if form.cleaned_data["version"] is not None else -1
    try:
        judge = actions.save_judgements(judge, answers=form.answers(), version=sent)
        if "submit" in request.POST and not autosaving(request):
            judge = actions.submit_judgements(judge, answers={}, version=judge.version, at=timezone.now())
            messages.success(request, _("Your comparisons are in. Thank you."))
            return redirect(judge_url(judge))
    except EditConflict as error:
        form.data = form.data.copy()  # type: ignore[assignment]
        form.data["version"] = error.current.version  # type: ignore[index]
        form.add_error(None, _("You saved answers in another window meanwhile. Look at these once more, then save again."))
        return judge_failed(request, judge, form, 409)
    except ActionError as error:
        form.data = form.data.copy()  # type: ignore[assignment]
        form.data["version"] = judge.version  # type: ignore[index]
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return judge_failed(request, judge, form, 422)
    if autosaving(request):
        answered = sum(answer is not None for answer in form.answers().values())
        return JsonResponse({"saved_at": judge.updated_at.isoformat(), "version": judge.version, "answered": answered})
    messages.success(request, _("Saved. Go on when you like: it waits under “My work”."))
    return redirect(judge_url(judge) + ("?view=matrix" if request.GET.get("view") == "matrix" else ""))


def judge_failed(request: HttpRequest, judge: Judge, form: JudgeForm, status: int) -> HttpResponse:
    """The page again with what was typed; an autosave gets the errors as JSON."""
    if autosaving(request):
        return not_kept(form, status=status)
    return judge_page(request, judge, form, status=status)


def judge_page(request: HttpRequest, judge: Judge, form: JudgeForm, *, status: int = 200) -> HttpResponse:
    """The page of a judge."""
    row = judge.round
    items = {item["key"]: item for item in row.items}
    is_open = row.closed_at is None and judge.submitted_at is None and judge.withdrawn_at is None
    questions = [
        {
            "name": name,
            "first": items[pair[0]],
            "second": items[pair[1]],
            "field": form[name],
            "steps": steps_of(form[name].value(), items[pair[0]]["name"], items[pair[1]]["name"]),
        }
        for name, pair in form.pairs.items()
    ]
    by_pair = {pair: question for question, pair in zip(questions, form.pairs.values(), strict=True)}
    matrix = [
        {
            "item": one,
            "cells": [by_pair.get((one["key"], other["key"])) for other in row.items[1:]],
        }
        for one in row.items[:-1]
    ]
    context = {
        "judge": judge,
        "it": row,
        "form": form,
        "questions": questions,
        "matrix": matrix if request.GET.get("view") == "matrix" else None,
        "columns": row.items[1:],
        "answered": sum(question["field"].value() not in ("", None) for question in questions),
        "is_open": is_open,
        "may_reopen": judge.submitted_at is not None and judge.withdrawn_at is None and row.closed_at is None,
        "save_url": judge_url(judge),
        "autosave_key": f"judge:{request.user.pk}:{judge.pk}",
        "page_title": _("What matters more?"),
        "no_as_of": True,
    }
    return render(request, "intake/weightings/judge_form.html", context | own_result(judge), status=status)


def steps_of(value: Any, first: str, second: str) -> list[dict[str, Any]]:
    """The 17 answers to a pair, from the first to the second."""
    chosen = "" if value is None else str(value)
    found = []
    for position in range(8, -9, -1):
        size = abs(position) + 1
        more, less = (first, second) if position > 0 else (second, first)
        words = (
            _("Both matter the same")
            if position == 0
            else _("%(more)s matters %(step)s than %(less)s (%(size)s×)")
            % {"more": more, "less": less, "step": STEPS[size], "size": size}
        )
        found.append(
            {
                "value": str(position),
                "size": size,
                "words": words,
                "checked": chosen == str(position),
                "is_even": size % 2 == 0,
                "side": "is-first" if position > 0 else "is-second" if position < 0 else "is-equal",
            }
        )
    return found


def own_result(judge: Judge) -> dict[str, Any]:
    """What a judge's answers mean so far: weights, ratio, conflict and the way out of it."""
    row = judge.round
    names = [item["name"] for item in row.items]
    keys = [item["key"] for item in row.items]
    matrix = actions.matrix_of(row, judge.judgements.all())
    one = ahp.assess(matrix)
    said = said_of(one, names, matrix)
    cell = (one.repair.row, one.repair.column) if one.repair else (one.triple.i, one.triple.k) if one.triple else None
    weights = sorted(zip(names, one.weights, strict=True), key=lambda pair: -pair[1]) if one.weights else []
    return {
        "own": said,
        "weights": [{"name": name, "percent": round(100 * share)} for name, share in weights],
        "mend": actions.field_of((keys[cell[0]], keys[cell[1]])) if cell and (said["triple"] or said["repair"]) else "",
        "judge": judge,
    }


@require_POST
def judge_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what was submitted, to change it."""
    judge = judge_for(request.user, pk)
    return answer_button(
        request,
        lambda: actions.reopen_judgements(judge),
        back=judge_url(judge),
        said=_("You can change your answers. Submit them again when you are done."),
    )
