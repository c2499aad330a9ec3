"""Writing the draft of a scoring model: criteria, groups, weights; and publishing it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import require
from core.errors import ActionError, EditConflict
from core.views.editing import answer_button, answer_form, sent_version, typed
from intake.actions import scoring as actions
from intake.forms.scoring import CriterionForm, GroupForm, LevelFormSet, VersionForm, WeightsForm, levels_of
from intake.models import Criterion, CriterionGroup, ScoringModelVersion
from intake.models.scoring import Kind
from intake.views.scoring import FORM, model_url, version_page, version_url, versions_of


def draft_of(request: HttpRequest, pk: int) -> ScoringModelVersion:
    """A version by key, for whoever sets up scoring models."""
    require(request.user, "intake.manage")
    return get_object_or_404(ScoringModelVersion.objects.select_related("model"), pk=pk)


def version_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """How the draft joins answers and tells contributions."""
    version = draft_of(request, pk)

    def remake(current: ScoringModelVersion) -> VersionForm:
        return VersionForm(instance=current)

    return answer_form(
        request,
        VersionForm(typed(request, lambda: remake(draft_of(request, pk))), instance=version),
        lambda valid: actions.edit_version(version, changes=valid.values(), expected=valid.cleaned_data["version"] or 0),
        done=version_url,
        template=FORM,
        context=frame_of(version) | {"page_title": _("How version %(number)s scores") % {"number": version.number}},
        said=_("Your changes were saved."),
        remake=remake,
    )


def frame_of(version: ScoringModelVersion) -> dict[str, Any]:
    """What every form about a draft shows."""
    return {"it": version.model, "shown": version, "cancel_url": version_url(version), "no_as_of": True}


@require_POST
def version_weights(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the weights of a draft."""
    version = draft_of(request, pk)
    criteria, groups = list(version.criteria.select_related("group")), list(version.groups.all())
    form = WeightsForm(request.POST, version=version, criteria=criteria, groups=groups)
    if form.is_valid():
        try:
            actions.set_weights(
                version,
                weights=form.weights(),
                groups=form.group_weights(),
                expected=form.cleaned_data["version"] or 0,
            )
        except EditConflict as error:
            form.data = form.data.copy()  # type: ignore[assignment]
            form.data["version"] = error.current.version  # type: ignore[index]
            form.add_error(None, _("Somebody changed the draft since you opened it. Look at your weights, then save again."))
        except ActionError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The weights were saved."))
            return redirect(version_url(version))
    return version_page(request, version.model, version, versions_of(version.model), form=form, status=422)


@require_POST
def version_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Freeze the draft and score by it."""
    version = draft_of(request, pk)
    return said(
        request,
        version,
        lambda: actions.publish_version(version, by=request.user, at=timezone.now(), expected=sent_version(request)),
        _("Version %(number)s is published. Requests are scored by it from now on.") % {"number": version.number},
    )


@require_POST
def version_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw the draft away."""
    version = draft_of(request, pk)
    model = version.model
    return answer_button(
        request,
        lambda: actions.drop_version(version, expected=sent_version(request)),
        back=version_url(version),
        said=_("The draft is gone."),
        done=lambda gone: model_url(model),
    )


def said(request: HttpRequest, version: ScoringModelVersion, act: Any, words: str) -> HttpResponse:
    """Do it and say so, or say why not."""
    return answer_button(
        request,
        act,
        back=version_url(version),
        said=words,
        changed=_("Somebody changed the draft since you opened it. Look at it again."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def criterion_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a criterion to a draft."""
    version = draft_of(request, pk)
    return _criterion_page(request, version, None)


@require_http_methods(["GET", "HEAD", "POST"])
def criterion_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a criterion of a draft."""
    require(request.user, "intake.manage")
    criterion = get_object_or_404(Criterion.objects.select_related("model_version__model"), pk=pk)
    return _criterion_page(request, criterion.model_version, criterion)


# What a new criterion starts with: five steps that most people can tell apart.
FIRST_LEVELS = [
    (0, lambda: _("None")),
    (2.5, lambda: _("Little")),
    (5, lambda: _("Some")),
    (7.5, lambda: _("Much")),
    (10, lambda: _("Very much")),
]


def _criterion_page(request: HttpRequest, version: ScoringModelVersion, criterion: Criterion | None) -> HttpResponse:
    if version.published_at is not None:
        messages.info(request, _("This version is published and stays as it is. Make a new version."))
        return redirect(version_url(version))
    initial = (
        [{**level, "measure": f"{float(level['measure']):g}"} for level in criterion.levels]
        if criterion
        else [{"label": label(), "measure": f"{points:g}"} for points, label in FIRST_LEVELS]
    )
    form = CriterionForm(request.POST or None, version=version, instance=criterion)
    rows = LevelFormSet(request.POST or None, prefix="levels", initial=initial)
    has_levels = criterion is None or version.model.kind == Kind.WEIGHTED or bool(criterion.levels)
    if request.method == "POST" and form.is_valid() and (not has_levels or rows.is_valid()):
        values = form.values() | ({"levels": levels_of(rows)} if has_levels else {})
        try:
            made = actions.save_criterion(
                version, values=values, expected=form.cleaned_data["version"] or 0, criterion=criterion
            )
        except EditConflict as error:
            form.data = form.data.copy()  # type: ignore[assignment]
            form.data["version"] = error.current.version  # type: ignore[index]
            form.add_error(None, _("Somebody changed the draft since you opened it. Check your words, then save again."))
        except ActionError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("“%(name)s” was saved.") % {"name": made.name})
            return redirect(version_url(version))
    context = frame_of(version) | {
        "form": form,
        "rows": rows if has_levels else None,
        "criterion": criterion,
        "page_title": _("Edit “%(name)s”") % {"name": criterion.name} if criterion else _("Add criterion"),
        "submit": _("Save criterion"),
    }
    return render(request, "intake/scoring/criterion_form.html", context, status=422 if request.method == "POST" else 200)


@require_POST
def criterion_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a criterion out of a draft."""
    require(request.user, "intake.manage")
    criterion = get_object_or_404(Criterion.objects.select_related("model_version__model"), pk=pk)
    return said(
        request,
        criterion.model_version,
        lambda: actions.drop_criterion(criterion, expected=sent_version(request)),
        _("“%(name)s” is removed.") % {"name": criterion.name},
    )


@require_POST
def criterion_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a criterion one place up or down."""
    require(request.user, "intake.manage")
    criterion = get_object_or_404(Criterion.objects.select_related("model_version__model"), pk=pk)
    up = request.POST.get("direction") == "up"
    return said(
        request,
        criterion.model_version,
        lambda: actions.move_criterion(criterion, up=up, expected=sent_version(request)),
        _("“%(name)s” was moved.") % {"name": criterion.name},
    )


def group_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a group to a draft."""
    version = draft_of(request, pk)
    return _group_page(request, version, None)


def group_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a group of a draft."""
    require(request.user, "intake.manage")
    group = get_object_or_404(CriterionGroup.objects.select_related("model_version__model"), pk=pk)
    return _group_page(request, group.model_version, group)


def _group_page(request: HttpRequest, version: ScoringModelVersion, group: CriterionGroup | None) -> HttpResponse:
    initial = {"version": version.version, "name": group.name if group else ""}

    def act(valid: Any) -> CriterionGroup:
        try:
            return actions.save_group(
                version, name=valid.cleaned_data["name"], expected=valid.cleaned_data["version"] or 0, group=group
            )
        except EditConflict as error:
            valid.data = valid.data.copy()
            valid.data["version"] = error.current.version
            raise ActionError(_("Somebody changed the draft since you opened it. Save again.")) from error

    return answer_form(
        request,
        GroupForm(request.POST or None, initial=initial),
        act,
        done=lambda _made: version_url(version),
        template=FORM,
        context=frame_of(version) | {"page_title": _("Rename “%(name)s”") % {"name": group} if group else _("Add group")},
        said=_("“%(it)s” was saved."),
    )


@require_POST
def group_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a group of a draft."""
    require(request.user, "intake.manage")
    group = get_object_or_404(CriterionGroup.objects.select_related("model_version__model"), pk=pk)
    return said(
        request,
        group.model_version,
        lambda: actions.drop_group(group, expected=sent_version(request)),
        _("“%(name)s” is removed.") % {"name": group},
    )
