"""Pages of scoring models: the list, one model with its versions, and how stable the ranking by it is."""

from typing import Any

import django_filters as filters
from django.contrib import messages
from django.db.models import Count, Max, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from accounts.access import may, require
from core import money
from core.charts import Share, share_bars
from core.columns import Column, title_cell
from core.lists import Empty, Register
from core.views.editing import answer_button, answer_form, typed
from core.views.history import answer_history
from intake.actions import scoring as actions
from intake.actions.scores import build_model
from intake.forms.assessments import shortest
from intake.forms.scoring import ModelForm, WeightsForm
from intake.formulas import scoring
from intake.models import (
    Criterion,
    CriterionGroup,
    ScoringModel,
    ScoringModelVersion,
)
from intake.models.scoring import Kind, Method
from intake.ready import ready_models
from intake.trail import trail_of_model

FORM = "intake/scoring/model_form.html"


class ModelFilters(filters.FilterSet):
    """Filters of the list of models."""

    q = filters.CharFilter(label=gettext_lazy("Search"), field_name="name", lookup_expr="icontains")
    kind = filters.ChoiceFilter(label=gettext_lazy("Kind"), choices=Kind.choices)

    class Meta:
        model = ScoringModel
        fields: list[str] = []


def model_url(model: ScoringModel) -> str:
    """The page of a model."""
    return reverse("intake:model-detail", args=[model.pk])


def models(user: Any) -> "QuerySet[ScoringModel]":
    """All models with their newest published version and what was scored by them."""
    published = Q(versions__published_at__isnull=False)
    return ScoringModel.objects.annotate(
        newest=Max("versions__number", filter=published), scored=Count("versions__scores__request", distinct=True)
    )


MODELS = Register(
    name="intake:model-list",
    title=gettext_lazy("Scoring models"),
    file_name="scoring-models",
    rows=models,
    filters=ModelFilters,
    link=model_url,
    order="name",
    empty=Empty(
        gettext_lazy("No scoring model yet"),
        gettext_lazy("A model says by which criteria requests are compared, and how much each of them weighs."),
        "scale",
    ),
    columns=[
        Column("name", gettext_lazy("Model"), "name", draw=lambda row: title_cell(model_url(row), row.name), order="name"),
        Column("kind", gettext_lazy("Kind"), lambda row: row.get_kind_display(), "choice", order="kind"),
        Column("newest", gettext_lazy("Version in force"), "newest", "number", order="newest"),
        Column("scored", gettext_lazy("Requests scored"), "scored", "number", order="scored"),
        Column("is_active", gettext_lazy("In use"), "is_active", "boolean", order="is_active"),
    ],
)


@require_GET
def model_list(request: HttpRequest) -> HttpResponseBase:
    """All scoring models."""
    require(request.user, "setup.view")
    primary = {"label": _("Add scoring model"), "url": reverse("intake:model-create")}
    return MODELS.answer(request, primary=primary if may(request.user, "intake.manage") else None, no_as_of=True)


def model_create(request: HttpRequest) -> HttpResponse:
    """Add a model of one's own, or a ready one with one click."""
    require(request.user, "intake.manage")
    return answer_form(
        request,
        ModelForm(request.POST or None),
        lambda valid: actions.create_model(values=valid.values(), types=valid.cleaned_data["types"]),
        done=lambda made: version_url(made.versions.get()),
        template="intake/scoring/model_create.html",
        context={
            "page_title": _("Add scoring model"),
            "ready": ready_models(),
            "submit": _("Add model"),
            "cancel_url": reverse("intake:model-list"),
            "no_as_of": True,
        },
        said=_("%(it)s was added. Now say by which criteria it compares."),
    )


@require_POST
def model_ready(request: HttpRequest, kind: str) -> HttpResponse:
    """Make a ready model."""
    require(request.user, "intake.manage")
    ready = ready_models().get(kind)
    if ready is None:
        raise Http404
    taken = set(ScoringModel.objects.values_list("name", flat=True))
    name, number = str(ready["name"]), 2
    while name in taken:
        name, number = f"{ready['name']} {number}", number + 1
    values = {"name": name, "kind": kind, "description": str(ready["said"])}
    made = actions.create_model(values=values, criteria=ready["criteria"])
    messages.success(request, _("%(name)s is ready as a draft. Read its criteria, then publish it.") % {"name": made})
    return redirect(version_url(made.versions.get()))


@require_GET
def model_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A model: the version in force, or the draft."""
    require(request.user, "request.view")
    model = get_object_or_404(ScoringModel, pk=pk)
    found = versions_of(model)
    version = next((one for one in found if one.published_at), None) or (found[0] if found else None)
    if version is None:
        raise Http404
    return version_page(request, model, version, found)


@require_GET
def version_detail(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One version of a model; a draft can be written here."""
    require(request.user, "request.view")
    model = get_object_or_404(ScoringModel, pk=pk)
    found = versions_of(model)
    version = next((one for one in found if one.number == number), None)
    if version is None or (version.published_at is None and not may(request.user, "setup.view")):
        raise Http404
    return version_page(request, model, version, found)


def versions_of(model: ScoringModel) -> list[ScoringModelVersion]:
    """The versions of a model, the newest first."""
    found = list(model.versions.select_related("published_by").order_by("-number"))
    for one in found:
        one.model = model
    return found


def version_url(version: ScoringModelVersion) -> str:
    """The page of one version."""
    return reverse("intake:model-version", args=[version.model_id, version.number])


def version_page(
    request: HttpRequest,
    model: ScoringModel,
    version: ScoringModelVersion,
    versions: list[ScoringModelVersion],
    *,
    form: Any = None,
    status: int = 200,
) -> HttpResponse:
    """The page of one version: criteria and shares; of a draft with what can be done to it."""
    may_manage, may_read = may(request.user, "intake.manage"), may(request.user, "setup.view")
    is_draft = version.published_at is None
    criteria = list(version.criteria.select_related("group"))
    groups = list(version.groups.all())
    weights = weights_of(version, criteria)
    if is_draft and may_manage and model.kind == Kind.WEIGHTED and form is None:
        form = WeightsForm(version=version, criteria=criteria, groups=groups)
    names = {one.key: one.name for one in (*criteria, *groups)}
    context = {
        "it": model,
        "shown": version,
        "versions": versions,
        "draft": next((one for one in versions if one.published_at is None), None),
        "is_draft": is_draft,
        "is_newest": version.published_at is not None
        and all(one.number <= version.number for one in versions if one.published_at),
        "may_manage": may_manage,
        "may_read": may_read,
        "is_weighted": model.kind == Kind.WEIGHTED,
        "formula": str(ready_models()[model.kind]["formula"]) if model.kind != Kind.WEIGHTED else "",
        "sections": sections_of(model.kind, criteria, groups, weights, form),
        "changed": [(names.get(name, ""), total) for name, total in weights.changed.items()] if weights else [],
        "problems": actions.problems_of(version) if is_draft else [],
        "form": form,
        "chart": share_chart(version, criteria, weights) if weights and model.kind == Kind.WEIGHTED else None,
        "weightings": list(version.weightings.annotate(judge_count=Count("judges"), done_count=Count("judges__submitted_at")))
        if may_read
        else [],
        "types": list(model.request_types.all()),
        "page_title": model.name,
        "no_as_of": True,
    }
    return render(request, "intake/scoring/version_detail.html", context, status=status)


def weights_of(version: ScoringModelVersion, criteria: list[Criterion]) -> scoring.ModelWeights | None:
    """Effective shares; None where the weights cannot be used, as the problems of a draft say."""
    try:
        return scoring.weigh(build_model(version, criteria))
    except scoring.ScoringError:
        return None


def sections_of(
    kind: str, criteria: list[Criterion], groups: list[CriterionGroup], weights: scoring.ModelWeights | None, form: Any
) -> list[dict[str, Any]]:
    """Criteria by group with shares and the fields of their weights; `kind` of the model."""
    sections = [
        {
            "group": group,
            "share": weights.groups.get(group.key) if weights else None,
            "field": form[f"group-{group.key}"] if form is not None else None,
            "rows": [row_of(kind, one, weights, form) for one in criteria if one.group_id == group.pk],
        }
        for group in groups
    ]
    loose = [row_of(kind, one, weights, form) for one in criteria if one.group_id is None]
    return sections + ([{"group": None, "share": None, "field": None, "rows": loose}] if loose else [])


def row_of(kind: str, one: Criterion, weights: scoring.ModelWeights | None, form: Any) -> dict[str, Any]:
    """One criterion of the table."""
    return {
        "criterion": one,
        "share": weights.criteria.get(one.key) if weights else None,
        "field": form[f"weight-{one.key}"] if form is not None else None,
        "scale": scale_words(kind, one),
    }


def scale_words(kind: str, one: Criterion) -> str:
    """How answers become points, in a line; the models that divide take them as they are."""
    if one.levels and one.method == Method.LEVELS:
        return " · ".join(
            str(level["label"])
            if level["label"] == shortest(level["measure"])
            else f"{level['label']} {shortest(level['measure'])}"
            for level in one.levels
        )
    if one.method == Method.ANCHORS:
        ends = {"zero": shortest(one.at_zero or 0), "ten": shortest(one.at_ten or 0), "unit": one.unit}
        return _("%(zero)s %(unit)s gets 0 points, %(ten)s %(unit)s gets 10") % ends
    less = _("less is better") if one.lower_is_better else _("more is better")
    if kind != Kind.WEIGHTED:
        return (_("a number (%(unit)s); %(less)s") if one.unit else _("a number; %(less)s")) % {"unit": one.unit, "less": less}
    return _("a number (%(unit)s), relative to the other requests; %(less)s") % {"unit": one.unit or "–", "less": less}


def share_chart(version: ScoringModelVersion, criteria: list[Criterion], weights: scoring.ModelWeights) -> Any:
    """The shares as bars, the largest first."""
    rows = sorted((Share(one.name, weights.criteria[one.key]) for one in criteria), key=lambda row: -row.share)
    top = [row.label for row in rows[:2]]
    together = sum(row.share for row in rows[:2])
    if len(rows) > 2:
        title = _("%(first)s and %(second)s make up %(share)s of the score") % {
            "first": top[0],
            "second": top[1],
            "share": money.percent(100 * together),
        }
    else:
        title = _("Shares of the score")
    return share_bars(title=title, subtitle=_("Share of the score in %%, %(version)s") % {"version": version}, rows=rows)


def model_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change name, description and use."""
    require(request.user, "intake.manage")
    model = get_object_or_404(ScoringModel, pk=pk)

    def remake(current: ScoringModel) -> ModelForm:
        return ModelForm(instance=current)

    return answer_form(
        request,
        ModelForm(typed(request, lambda: remake(get_object_or_404(ScoringModel, pk=pk))), instance=model),
        lambda valid: actions.edit_model(
            model,
            changes=valid.values(),
            version=valid.cleaned_data["version"] or 0,
            types=valid.cleaned_data["types"],
        ),
        done=model_url,
        template=FORM,
        context={"it": model, "page_title": _("Edit %(it)s") % {"it": model}, "cancel_url": model_url(model), "no_as_of": True},
        said=_("Your changes were saved."),
        remake=remake,
    )


@require_GET
def model_history(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Everything that was changed on the model, its versions, weights and comparisons, also as a file."""
    require(request.user, "setup.view")
    model = get_object_or_404(ScoringModel, pk=pk)
    return answer_history(request, model, trail_of_model(model), back=model_url(model))


@require_POST
def version_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a new version from the newest one, or go on with the draft there is."""
    require(request.user, "intake.manage")
    model = get_object_or_404(ScoringModel, pk=pk)
    return answer_button(
        request,
        lambda: actions.create_version(model),
        back=model_url(model),
        said=lambda made: (
            _("Version %(number)s is a draft now. The scores there are stay as they are.") % {"number": made.number}
        ),
        done=version_url,
    )
