"""Verbs of scoring models: make one, write its draft version, publish it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.actions.locking import assign, check, lock, save
from core.errors import ActionError
from core.history import recorded
from intake.actions.scores import build_model, rescore
from intake.formulas import scoring
from intake.models import Criterion, CriterionGroup, RequestType, ScoringModel, ScoringModelVersion
from intake.models.scoring import Kind, Method
from intake.wording import scoring_problem

MODEL_FIELDS = ["name", "kind", "description", "is_active"]
VERSION_FIELDS = ["note", "average", "reference", "disputed_from"]
CRITERION_FIELDS = [
    "name",
    "question",
    "group",
    "axis",
    "method",
    "levels",
    "unit",
    "at_zero",
    "at_ten",
    "lower_is_better",
    "must_meet",
    "minimum",
    "missing",
]
# What a ready model's formula needs stays; its words may be changed.
READY_FIELDS = ["name", "question", "levels", "unit"]
COPIED = ["key", "name", "weight", "position"]
MOST_CRITERIA = 30


@transaction.atomic
def create_model(
    *, values: Mapping[str, Any], criteria: Sequence[Mapping[str, Any]] = (), types: Collection[RequestType] = ()
) -> ScoringModel:
    """A model with a first draft; `criteria` are its first ones, as `intake/ready.py` has them."""
    with recorded("intake.scoring_model.created"):
        model = ScoringModel()
        assign(model, values, MODEL_FIELDS)
        model.save()
        version = ScoringModelVersion.objects.create(model=model, number=1)
        for position, one in enumerate(criteria):
            row = Criterion(model_version=version, position=position, **one)
            check(row)
            row.save()
        _use_for(model, types)
    return model


@transaction.atomic
def edit_model(
    model: ScoringModel, *, changes: Mapping[str, Any], version: int, types: Collection[RequestType] | None = None
) -> ScoringModel:
    """Change name, description and use. Raises EditConflict when somebody saved since `version`."""
    with recorded("intake.scoring_model.edited"):
        row = lock(ScoringModel.objects.all(), model.pk, version=version)
        assign(row, changes, ["name", "description", "is_active"])
        save(row)
        if types is not None:
            _use_for(row, types)
    return row


def _use_for(model: ScoringModel, types: Collection[RequestType]) -> None:
    chosen = {one.pk for one in types}
    for one in RequestType.objects.filter(scoring_model=model).exclude(pk__in=chosen):
        _offer(one.pk, None)
    for one in RequestType.objects.filter(pk__in=chosen).exclude(scoring_model=model):
        _offer(one.pk, model)


def _offer(pk: int, model: ScoringModel | None) -> None:
    row = lock(RequestType.objects.all(), pk)
    row.scoring_model = model
    save(row)


@transaction.atomic
def create_version(model: ScoringModel) -> ScoringModelVersion:
    """A draft that begins as a copy of the newest version. Raises ActionError where there is a draft already."""
    with recorded("intake.scoring_version.created"):
        lock(ScoringModel.objects.all(), model.pk)
        old = model.versions.order_by("-number").first()
        if old is not None and old.published_at is None:
            raise ActionError(_("There is a draft already (version %(number)s): go on with that one.") % {"number": old.number})
        new = ScoringModelVersion.objects.create(
            model=model,
            number=old.number + 1 if old else 1,
            **{name: getattr(old, name) for name in ("average", "reference", "disputed_from") if old},
        )
        if old is not None:
            groups = {
                group.pk: CriterionGroup.objects.create(model_version=new, **{name: getattr(group, name) for name in COPIED})
                for group in old.groups.all()
            }
            for criterion in old.criteria.all():
                values = {name: getattr(criterion, name) for name in (*COPIED, *CRITERION_FIELDS) if name != "group"}
                group = groups.get(criterion.group_id) if criterion.group_id else None
                Criterion.objects.create(model_version=new, group=group, **values)
    return new


@transaction.atomic
def edit_version(version: ScoringModelVersion, *, changes: Mapping[str, Any], expected: int) -> ScoringModelVersion:
    """Change how answers are joined and told, or the note, of a draft."""
    with recorded("intake.scoring_version.edited"):
        row = _draft(version, expected)
        assign(row, changes, VERSION_FIELDS)
        save(row)
    return row


@transaction.atomic
def drop_version(version: ScoringModelVersion, *, expected: int) -> None:
    """Throw a draft away, with its criteria and weighting rounds. Raises ActionError for a published one."""
    with recorded("intake.scoring_version.dropped"):
        row = _draft(version, expected)
        if row.number == 1:
            raise ActionError(_("A model keeps its first draft. Take the model out of use instead."))
        row.weightings.all().delete()
        row.criteria.all().delete()
        row.delete()


@transaction.atomic
def save_criterion(
    version: ScoringModelVersion, *, values: Mapping[str, Any], expected: int, criterion: Criterion | None = None
) -> Criterion:
    """Add a criterion to a draft, or change one."""
    with recorded("intake.criterion.edited" if criterion else "intake.criterion.added"):
        row = _draft(version, expected)
        if criterion is None:
            _refuse_ready(row)
            if row.criteria.count() >= MOST_CRITERIA:
                raise ActionError(_("A model has at most %(most)s criteria.") % {"most": MOST_CRITERIA})
            key = _free_key(values.get("name", ""), set(row.criteria.values_list("key", flat=True)))
            criterion = Criterion(model_version=row, key=key, position=row.criteria.count())
        else:
            criterion = row.criteria.get(pk=criterion.pk)
        allowed = CRITERION_FIELDS if row.model.kind == Kind.WEIGHTED else READY_FIELDS
        if values.get("group") is not None and values["group"].model_version_id != row.pk:
            raise ActionError(_("The group belongs to another version."), field="group")
        values = {name: value for name, value in values.items() if name in allowed}
        if "levels" in values:
            values["levels"] = _levels(values["levels"], values.get("method", criterion.method), row.model.kind)
        assign(criterion, values, allowed)
        criterion.save()
        save(row)
    return criterion


@transaction.atomic
def drop_criterion(criterion: Criterion, *, expected: int) -> ScoringModelVersion:
    """Take a criterion out of a draft."""
    with recorded("intake.criterion.dropped"):
        row = _draft(criterion.model_version, expected)
        _refuse_ready(row)
        criterion.delete()
        save(row)
    return row


@transaction.atomic
def move_criterion(criterion: Criterion, *, up: bool, expected: int) -> ScoringModelVersion:
    """Change places with the criterion before or after."""
    with recorded("intake.criterion.moved"):
        row = _draft(criterion.model_version, expected)
        order = list(row.criteria.all())
        place = next(number for number, one in enumerate(order) if one.pk == criterion.pk)
        other = place - 1 if up else place + 1
        if 0 <= other < len(order):
            order[place], order[other] = order[other], order[place]
            for position, one in enumerate(order):
                if one.position != position:
                    one.position = position
                    one.save(update_fields=["position"])
        save(row)
    return row


@transaction.atomic
def save_group(
    version: ScoringModelVersion, *, name: str, expected: int, group: CriterionGroup | None = None
) -> CriterionGroup:
    """Add a group to a draft, or give it another name. The first group takes in all criteria there are."""
    with recorded("intake.criterion_group.edited" if group else "intake.criterion_group.added"):
        row = _draft(version, expected)
        _refuse_ready(row)
        if group is None:
            keys = set(row.groups.values_list("key", flat=True))
            first = not keys
            group = CriterionGroup(model_version=row, key=_free_key(name, keys), position=len(keys))
        else:
            group, first = row.groups.get(pk=group.pk), False
        assign(group, {"name": name}, ["name"])
        group.save()
        if first:
            for criterion in row.criteria.all():
                criterion.group = group
                criterion.save(update_fields=["group"])
        save(row)
    return group


@transaction.atomic
def drop_group(group: CriterionGroup, *, expected: int) -> ScoringModelVersion:
    """Remove a group without criteria; of the last one the criteria stay, weighted among all."""
    with recorded("intake.criterion_group.dropped"):
        row = _draft(group.model_version, expected)
        held = list(group.criteria.all())
        if held and row.groups.count() > 1:
            raise ActionError(_("Move the criteria of “%(group)s” to another group first.") % {"group": group})
        for criterion in held:
            criterion.group = None
            criterion.save(update_fields=["group"])
        group.delete()
        save(row)
    return row


@transaction.atomic
def set_weights(
    version: ScoringModelVersion, *, weights: Mapping[str, Decimal], groups: Mapping[str, Decimal], expected: int
) -> ScoringModelVersion:
    """Write the weights of a draft, by key. They need not sum to anything: shares are worked out of them."""
    with recorded("intake.weights.set"):
        row = _draft(version, expected)
        write_weights(row, weights=weights, groups=groups)
        save(row)
    return row


def write_weights(row: ScoringModelVersion, *, weights: Mapping[str, Decimal], groups: Mapping[str, Decimal]) -> None:
    """Write weights into the rows of a locked draft. Raises ActionError for one below zero."""
    for rows, given in ((row.criteria.all(), weights), (row.groups.all(), groups)):
        for one in rows:
            if one.key in given and one.weight != given[one.key]:
                assign(one, {"weight": given[one.key]}, ["weight"])
                one.save(update_fields=["weight"])


@transaction.atomic
def publish_version(version: ScoringModelVersion, *, by: Any, at: datetime, expected: int | None = None) -> ScoringModelVersion:
    """Freeze a draft and score by it what can be scored. Raises ActionError with the first thing that is wrong."""
    with recorded("intake.scoring_version.published"):
        row = _draft(version, expected)
        if problems := problems_of(row):
            raise ActionError(problems[0])
        row.published_at, row.published_by = at, by
        save(row)
        rescore(row, at=at)
    return row


def problems_of(version: ScoringModelVersion) -> list[str]:
    """What keeps a draft from being published, in sentences. Two queries, unless prefetched."""
    criteria = list(version.criteria.all())
    names = {one.key: one.name for one in criteria} | {one.key: one.name for one in version.groups.all()}
    found = []
    for one in criteria:
        if one.method == Method.LEVELS and len(one.levels) < 2:
            found.append(_("“%(name)s” needs at least two levels.") % {"name": one.name})
        if not one.question:
            found.append(_("“%(name)s” has no question: reviewers would not know what to judge.") % {"name": one.name})
    held = {one.group_id for one in criteria}
    empty = [group.name for group in version.groups.all() if group.pk not in held]
    if empty:
        return [*found, _("The group “%(name)s” has no criteria.") % {"name": empty[0]}]
    try:
        scoring.weigh(build_model(version, criteria))
    except scoring.ScoringError as error:
        found.append(scoring_problem(error, names))
    return found


def _draft(version: ScoringModelVersion, expected: int | None) -> ScoringModelVersion:
    row = lock(ScoringModelVersion.objects.all(), version.pk, version=expected)
    if row.published_at is not None:
        raise ActionError(_("This version is published and stays as it is. Make a new version."))
    return row


def _refuse_ready(row: ScoringModelVersion) -> None:
    if row.model.kind != Kind.WEIGHTED:
        raise ActionError(
            _("%(kind)s is a formula: its criteria cannot be added to or taken away.") % {"kind": row.model.get_kind_display()}
        )


def _free_key(name: str, taken: Collection[str]) -> str:
    key = slugify(name).replace("-", "_")[:36] or "criterion"
    number, free = 2, key
    while free in taken:
        free, number = f"{key}_{number}", number + 1
    return free


def _levels(levels: Sequence[Mapping[str, Any]], method: str, kind: str) -> list[dict[str, Any]]:
    """Levels with keys, the lowest measure first. Raises ActionError for one that cannot be used."""
    found: list[dict[str, Any]] = []
    for level in levels:
        label, measure = str(level.get("label", "")).strip(), level.get("measure")
        if not label or measure is None:
            raise ActionError(_("Every level needs a name and its points."), field="levels")
        if kind == Kind.WEIGHTED and method == Method.LEVELS and not 0 <= float(measure) <= scoring.TOP:
            raise ActionError(_("The points of a level lie between 0 and 10."), field="levels")
        key = str(level.get("key") or "") or _free_key(label, {one["key"] for one in found})
        if key in {one["key"] for one in found}:
            raise ActionError(_("Two levels have the same name: “%(label)s”.") % {"label": label}, field="levels")
        found.append({"key": key, "label": label, "measure": float(measure), "meaning": str(level.get("meaning", "")).strip()})
    return sorted(found, key=lambda level: level["measure"])
