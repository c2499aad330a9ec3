"""Verbs of weighting rounds: judges compare criteria in pairs, their weights go into the draft."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import combinations
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import refuse_auditor
from core.actions.locking import check, lock, save
from core.actions.mail import full_url, queue_mail
from core.actions.notifications import notify
from core.errors import ActionError
from core.history import recorded
from intake.actions.scoring import write_weights
from intake.formulas import ahp
from intake.models import CriterionGroup, Judge, Judgement, ScoringModelVersion, WeightingRound
from intake.models.scoring import Kind

Pair = tuple[str, str]


@transaction.atomic
def open_weighting(
    version: ScoringModelVersion,
    *,
    name: str,
    judges: Collection[Any],
    due_on: date | None,
    by: Any,
    at: datetime,
    compares_groups: bool = False,
    group: CriterionGroup | None = None,
) -> WeightingRound:
    """Ask judges to compare the criteria of a draft (those of one group, or the groups themselves)."""
    with recorded("intake.weighting.opened"):
        row = lock(ScoringModelVersion.objects.all(), version.pk)
        if row.published_at is not None:
            raise ActionError(_("This version is published and stays as it is. Make a new version."))
        if row.model.kind != Kind.WEIGHTED:
            raise ActionError(_("%(kind)s has no weights.") % {"kind": row.model.get_kind_display()})
        items = _items(row, compares_groups=compares_groups, group=group)
        if not 2 <= len(items) <= ahp.MOST_ITEMS:
            raise ActionError(
                _(
                    "2 to %(most)s things can be compared in pairs; here are %(count)s. Put criteria into groups to compare more."
                )
                % {"most": ahp.MOST_ITEMS, "count": len(items)}
            )
        made = WeightingRound(
            model_version=row,
            name=name,
            compares_groups=compares_groups,
            group=group,
            items=items,
            due_on=due_on,
            opened_by=by,
            opened_at=at,
        )
        check(made)
        made.save()
        _invite(made, judges, at=at)
    return made


def _items(row: ScoringModelVersion, *, compares_groups: bool, group: CriterionGroup | None) -> list[dict[str, str]]:
    if compares_groups:
        return [{"key": one.key, "name": one.name, "help": ""} for one in row.groups.all()]
    # A must without weight decides by itself: there is nothing to weigh it against.
    criteria = row.criteria.exclude(must_meet=True, weight=0)
    criteria = criteria.filter(group=group) if group is not None else criteria
    return [{"key": one.key, "name": one.name, "help": one.question} for one in criteria]


@transaction.atomic
def invite_judges(weighting: WeightingRound, *, judges: Collection[Any], at: datetime) -> int:
    """Ask more people; returns how many were new."""
    with recorded("intake.judge.invited"):
        return _invite(_open(weighting), judges, at=at)


def _invite(row: WeightingRound, people: Collection[Any], *, at: datetime) -> int:
    invited = 0
    for person in people:
        refuse_auditor(person, field="judges")
        judge, is_new = Judge.objects.get_or_create(round=row, user=person, defaults={"invited_at": at})
        if not is_new and judge.withdrawn_at is None:
            continue
        if judge.withdrawn_at is not None:
            judge.withdrawn_at = None
            save(judge)
        _ask(judge, at=at)
        invited += 1
    return invited


def _ask(judge: Judge, *, at: datetime) -> None:
    row, person = judge.round, judge.user
    path, key = reverse("intake:judge-edit", args=[judge.pk]), f"judge:{judge.pk}:{judge.version}"
    pairs = len(row.items) * (len(row.items) - 1) // 2
    with translation.override(person.language or settings.LANGUAGE_CODE):
        asks = ngettext(
            "%(by)s asks you what matters more: %(count)d comparison of two criteria of “%(model)s”.",
            "%(by)s asks you what matters more: %(count)d comparisons of two criteria each, of “%(model)s”.",
            pairs,
        ) % {"by": row.opened_by, "count": pairs, "model": row.model_version.model}
        due = _("Please answer until %(day)s.") % {"day": date_format(row.due_on, "j M Y")} if row.due_on else ""
        queue_mail(
            key=key,
            template="plain",
            to=person,
            at=at,
            about=row.model_version.model,
            shows=[],
            context={
                "heading": _("What matters more? %(round)s") % {"round": row.name},
                "paragraphs": [line for line in (asks, due) if line],
                "reason": _("You get this because you were asked to help weigh criteria."),
                "action": _("Compare"),
                "action_url": full_url(path),
            },
        )
        text = _("Please compare criteria: %(round)s") % {"round": row.name}
    notify(users=[person], key=key, text=text, url=path, at=at, shows=[])


@transaction.atomic
def save_judgements(judge: Judge, *, answers: Mapping[Pair, int | None], version: int | None) -> Judge:
    """Keep what a judge has so far: (first, second) in the round's order -> step -8 to 8, None takes an answer back.
    An incomplete set is fine. Raises EditConflict for a stale version, ActionError for a pair that is none."""
    with recorded("intake.judgements.saved"):
        row = _mine(judge, version)
        _write(row, answers)
        save(row)
    return row


@transaction.atomic
def submit_judgements(judge: Judge, *, answers: Mapping[Pair, int | None], version: int | None, at: datetime) -> Judge:
    """Hand the comparisons in. Raises ActionError naming the pair that has no answer; what was answered should be saved
    first (it is not, when this fails)."""
    with recorded("intake.judgements.submitted"):
        row = _mine(judge, version)
        _write(row, answers)
        names = {item["key"]: item["name"] for item in row.round.items}
        answered = set(row.judgements.values_list("first", "second"))
        missing = [pair for pair in pairs_of(row.round) if pair not in answered]
        if missing:
            first, second = missing[0]
            words = ngettext(
                "%(count)d pair has no answer yet: “%(first)s” against “%(second)s”.",
                "%(count)d pairs have no answer yet. The first is “%(first)s” against “%(second)s”.",
                len(missing),
            )
            raise ActionError(
                words % {"count": len(missing), "first": names[first], "second": names[second]}, field=field_of(missing[0])
            )
        row.submitted_at = at
        save(row)
    return row


@transaction.atomic
def reopen_judgements(judge: Judge) -> Judge:
    """Take back what was handed in, to change it, while the round is open."""
    with recorded("intake.judgements.reopened"):
        _open(judge.round)
        row = lock(Judge.objects.all(), judge.pk)
        if row.withdrawn_at is not None:
            raise ActionError(_("You do not judge in this round any more."))
        row.submitted_at = None
        save(row)
    return row


@transaction.atomic
def withdraw_judge(judge: Judge, *, at: datetime) -> Judge:
    """Take a judge out: the answers are kept, marked, and not counted."""
    with recorded("intake.judge.withdrawn"):
        _open(judge.round)
        row = lock(Judge.objects.all(), judge.pk)
        row.withdrawn_at = at
        save(row)
    return row


@transaction.atomic
def take_weights(weighting: WeightingRound, *, at: datetime) -> WeightingRound:
    """Write the judges' common weights, in percent, into the draft and close the round. Raises ActionError while pairs lack
    an answer or the criteria are not those that were compared any more."""
    with recorded("intake.weights.taken"):
        version = lock(ScoringModelVersion.objects.all(), weighting.model_version_id)
        row = lock(WeightingRound.objects.all(), weighting.pk)
        if version.published_at is not None:
            raise ActionError(_("This version is published and stays as it is. Make a new version."))
        judges = judges_that_count(row)
        if not judges:
            raise ActionError(_("Nobody has submitted comparisons yet."))
        result = ahp.assess_group([matrix for _judge, matrix in judges], [float(judge.weight) for judge, _m in judges])
        if result.group.weights is None or not result.group.is_complete:
            raise ActionError(_("Pairs that nobody answered are left: the weights would be a guess."))
        now = {item["key"] for item in _items(version, compares_groups=row.compares_groups, group=row.group)}
        asked = [item["key"] for item in row.items]
        if changed := now.symmetric_difference(asked):
            raise ActionError(
                _("The criteria have changed since they were compared (%(names)s): compare them anew.")
                % {"names": ", ".join(sorted(changed))}
            )
        shares = dict(zip(asked, percents(result.group.weights), strict=True))
        write_weights(version, weights={} if row.compares_groups else shares, groups=shares if row.compares_groups else {})
        save(version)
        row.taken_at, row.closed_at = at, row.closed_at or at
        save(row)
    return row


def percents(weights: Sequence[float]) -> list[Decimal]:
    """Weights of sum 1 in percent with two decimals that sum to 100 exactly: what rounding leaves goes where it cut most."""
    hundredths = [int(10_000 * weight) for weight in weights]
    cut = sorted(range(len(weights)), key=lambda place: hundredths[place] - 10_000 * weights[place])
    for place in cut[: 10_000 - sum(hundredths)]:
        hundredths[place] += 1
    return [Decimal(number) / 100 for number in hundredths]


def judges_that_count(row: WeightingRound) -> list[tuple[Judge, ahp.Matrix]]:
    """Submitted and not withdrawn judges with their matrices. Two queries."""
    judges = row.judges.filter(withdrawn_at=None).exclude(submitted_at=None).select_related("user", "round")
    return [(judge, matrix_of(row, judge.judgements.all())) for judge in judges.prefetch_related("judgements")]


def matrix_of(row: WeightingRound, judgements: Sequence[Judgement] | Any) -> ahp.Matrix:
    """A judge's answers as a matrix in the order of the round's items."""
    place = {item["key"]: number for number, item in enumerate(row.items)}
    return ahp.build_matrix(
        len(row.items), {(place[one.first], place[one.second]): ahp.value_at(one.position) for one in judgements}
    )


def pairs_of(row: WeightingRound) -> list[Pair]:
    """The pairs to compare, in the order in which they are asked."""
    return list(combinations([item["key"] for item in row.items], 2))


def field_of(pair: Pair) -> str:
    """The form's field of a pair."""
    return f"pair-{pair[0]}-{pair[1]}"


def _write(row: Judge, answers: Mapping[Pair, int | None]) -> None:
    known = set(pairs_of(row.round))
    held = {(one.first, one.second): one for one in row.judgements.all()}
    for pair, position in answers.items():
        if pair not in known:
            raise ActionError(
                _("“%(first)s” against “%(second)s” is not asked in this round.") % {"first": pair[0], "second": pair[1]}
            )
        if position is not None and position not in ahp.POSITIONS:
            raise ActionError(_("An answer is a step of the scale from 1/9 to 9."), field=field_of(pair))
        one = held.get(pair)
        if position is None:
            if one is not None:
                one.delete()
        elif one is None:
            Judgement.objects.create(judge=row, first=pair[0], second=pair[1], position=position)
        elif one.position != position:
            one.position = position
            one.save()


def _open(weighting: WeightingRound) -> WeightingRound:
    row = lock(WeightingRound.objects.all(), weighting.pk)
    if row.closed_at is not None:
        raise ActionError(_("The round is closed: its weights were taken over."))
    return row


def _mine(judge: Judge, version: int | None) -> Judge:
    _open(judge.round)
    row = lock(Judge.objects.all(), judge.pk, version=version)
    if row.withdrawn_at is not None:
        raise ActionError(_("You do not judge in this round any more."))
    if row.submitted_at is not None:
        raise ActionError(_("You have submitted your comparisons. Take them back to change them."))
    return row
