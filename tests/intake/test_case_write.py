"""A business case is written, read with its figures, told apart when two people write, and frozen when it is put up for decision."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import InternalError, transaction
from django.test import Client
from django.utils import timezone

from core.errors import ActionError, EditConflict
from intake.actions.case_documents import case_basis, document_of, stamp_of
from intake.actions.cases import (
    Amount,
    EffortRow,
    LineRow,
    OptionRow,
    add_option,
    edit_case,
    edit_option,
    replace_case,
    start_case,
    write_efforts,
    write_lines,
)
from intake.actions.moves import move_request
from intake.models import ApprovedCase, BusinessCase, CaseAmount, CaseOption, Request
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]

VECTOR = [
    LineRow("Build", "capital", amounts={0: Amount(Decimal(1000))}),
    LineRow("Savings", "benefit", amounts={t: Amount(Decimal(a)) for t, a in ((1, 300), (2, 400), (3, 500), (4, 200))}),
]


def shifted(rows: list[LineRow], base: int) -> list[LineRow]:
    """The rows with year 0 in the base year."""
    return [
        LineRow(row.name, row.kind, row.is_cashable, row.group, {base + t: one for t, one in row.amounts.items()})
        for row in rows
    ]


def started(asked: Request) -> tuple[BusinessCase, CaseOption]:
    """A case with -1000, 300, 400, 500, 200 as its proposal."""
    case = start_case(asked, at=timezone.now())
    case = edit_case(case, changes={"rate": Decimal(8), "base_year": 2027, "years": 5}, version=case.version)
    option = CaseOption.objects.get(case=case, is_preferred=True)
    return case, write_lines(option, rows=shifted(VECTOR, 2027), version=option.version)


def grid(option: CaseOption, **cells: str) -> dict[str, object]:
    """The grid of an option as a browser posts it, some cells changed."""
    from intake.forms.cases import LinesForm

    option = CaseOption.objects.select_related("case__request").get(pk=option.pk)
    form = LinesForm(option=option, case=option.case, request=option.case.request)
    data: dict[str, object] = {**form.texts_at_start(), "row": list(form.keys), "version": str(option.version)}
    data["was"] = form["was"].value()
    return {key: value for key, value in (data | cells).items() if value != ""}


def test_a_case_says_what_the_domain_says(cast: Cast) -> None:
    case, _option = started(factories.request(by=cast.requester, state="assessment"))
    document = document_of(case)
    figures = document["options"][1]["figures"]
    assert (figures["npv"], figures["npv_excel"]) == ("164.64", "152.44")
    assert round(Decimal(figures["irr"]["value"]), 4) == Decimal("0.1532")
    assert round(Decimal(figures["payback"]["value"]), 2) == Decimal("2.60")
    assert round(Decimal(figures["profitability_index"]["value"]), 3) == Decimal("1.165")
    assert document["options"][1]["against_nothing"] == "164.64"


def test_the_first_case_holds_the_estimates_of_the_request(cast: Cast) -> None:
    asked = factories.request(
        by=cast.requester, state="assessment", estimated_cost=Decimal(500), estimated_benefit=Decimal(900)
    )
    case = start_case(asked, at=timezone.now())
    assert [option.is_do_nothing for option in case.options.all()] == [True, False]
    assert {one.likely for one in CaseAmount.objects.filter(line__option__case=case)} == {Decimal(500), Decimal(900)}
    assert start_case(asked, at=timezone.now()) == case


def test_effort_counts_where_the_terms_say_so(cast: Cast) -> None:
    case, option = started(factories.request(by=cast.requester, state="assessment"))
    from datetime import date

    rows = [
        EffortRow("Engineer", Decimal(10), {date(2027, 1, 1): Decimal(8)}),
        EffortRow("Tester", None, {date(2027, 2, 1): Decimal(4)}),
    ]
    write_efforts(option, rows=rows, version=option.version)
    assert document_of(case)["options"][1]["figures"]["npv"] == "164.64"
    case = edit_case(case, changes={"counts_effort": True}, version=case.version)
    document = document_of(case)
    assert document["options"][1]["figures"]["npv"] == "84.64"
    assert document["options"][1]["effort"]["without_rate"] == ["Tester"]


def test_only_what_changed_is_written(cast: Cast) -> None:
    _case, option = started(factories.request(by=cast.requester, state="assessment"))
    before = CaseAmount.pgh_event_model.objects.count()
    rows = shifted(VECTOR, 2027)
    lines = {line.name: line.pk for line in option.lines.all()}
    rows = [LineRow(row.name, row.kind, row.is_cashable, row.group, row.amounts, lines[row.name]) for row in rows]
    option = write_lines(option, rows=rows, version=option.version)
    assert CaseAmount.pgh_event_model.objects.count() == before
    changed = [
        LineRow(rows[0].name, "capital", amounts={2027: Amount(Decimal(1100), Decimal(900), Decimal(1500))}, pk=rows[0].pk),
        rows[1],
    ]
    write_lines(option, rows=changed, version=option.version)
    assert CaseAmount.pgh_event_model.objects.count() == before + 1


def test_two_lines_can_swap_their_names(cast: Cast) -> None:
    _case, option = started(factories.request(by=cast.requester, state="assessment"))
    one, other = option.lines.all()
    swapped = [LineRow(other.name, one.kind, pk=one.pk), LineRow(one.name, other.kind, pk=other.pk)]
    write_lines(option, rows=swapped, version=option.version)
    assert [line.name for line in option.lines.all()] == ["Savings", "Build"]


def test_figures_move_along_with_the_first_year(cast: Cast) -> None:
    case, option = started(factories.request(by=cast.requester, state="assessment"))
    with pytest.raises(ActionError, match="2027"):
        edit_case(case, changes={"base_year": 2028}, version=case.version)
    edit_case(case, changes={"base_year": 2028}, version=None, move_figures=True)
    years = CaseAmount.objects.filter(line__option=option).values_list("year", flat=True)
    assert sorted(years) == [2028, 2029, 2030, 2031, 2032]


def test_figures_do_not_fall_out_of_the_years(cast: Cast) -> None:
    case, option = started(factories.request(by=cast.requester, state="assessment"))
    with pytest.raises(ActionError, match="2030, 2031"):
        edit_case(case, changes={"years": 3}, version=case.version)
    with pytest.raises(ActionError, match="outside the years"):
        write_lines(option, rows=[LineRow("Late", "capital", amounts={2040: Amount(Decimal(1))})], version=option.version)


def test_preferring_takes_the_mark_from_the_other(cast: Cast) -> None:
    case, option = started(factories.request(by=cast.requester, state="assessment"))
    other = add_option(case, values={"name": "Buy", "is_preferred": True}, copy_of=option)
    assert list(CaseOption.objects.filter(case=case, is_preferred=True)) == [other]
    assert other.lines.count() == 2
    assert CaseAmount.objects.filter(line__option=other).count() == 5


def test_who_saves_second_is_told(cast: Cast) -> None:
    _case, option = started(factories.request(by=cast.requester, state="assessment"))
    with pytest.raises(EditConflict):
        edit_option(option, changes={"name": "Late"}, version=option.version - 1)


def test_ready_freezes_the_case_and_back_again_thaws_it(cast: Cast) -> None:
    asked = factories.request(by=cast.requester, state="assessment")
    case, option = started(asked)
    assert case_basis(asked) == {}
    move_request(asked, verb="ready", by=cast.pmo_analyst, at=timezone.now())
    frozen = ApprovedCase.objects.get(request=asked)
    assert (frozen.number, frozen.npv, frozen.cost, frozen.benefit) == (1, Decimal("164.64"), 1000, 1400)
    assert (frozen.option, frozen.last_year, frozen.frozen_by) == ("The proposal", 2031, cast.pmo_analyst)
    assert case_basis(asked)["npv"] == "164.64"
    assert case_basis(asked)["payback"] == "2.6"
    with pytest.raises(ActionError, match="Move it back to assessment"):
        write_lines(option, rows=[], version=None)
    with pytest.raises(ActionError):
        edit_case(case, changes={"rate": Decimal(1)}, version=None)
    move_request(asked, verb="reassess", by=cast.pmo_analyst, at=timezone.now(), reason="Look again.")
    move_request(asked, verb="ready", by=cast.pmo_analyst, at=timezone.now())
    assert ApprovedCase.objects.filter(request=asked).count() == 1  # nothing changed
    move_request(asked, verb="reassess", by=cast.pmo_analyst, at=timezone.now(), reason="Dearer.")
    edit_case(case, changes={"rate": Decimal(4)}, version=None)
    move_request(asked, verb="ready", by=cast.pmo_analyst, at=timezone.now())
    assert [one.number for one in ApprovedCase.objects.filter(request=asked)] == [2, 1]


def test_a_frozen_case_is_never_changed(cast: Cast) -> None:
    asked = factories.request(by=cast.requester, state="assessment")
    started(asked)
    move_request(asked, verb="ready", by=cast.pmo_analyst, at=timezone.now())
    with pytest.raises(InternalError), transaction.atomic():
        ApprovedCase.objects.update(npv=0)
    with pytest.raises(InternalError), transaction.atomic():
        ApprovedCase.objects.all().delete()


@pytest.mark.parametrize("begun", [False, True])
def test_a_request_without_figures_can_be_decided(cast: Cast, begun: bool) -> None:
    asked = factories.request(by=cast.requester, state="assessment")
    if begun:
        start_case(asked, at=timezone.now())
    move_request(asked, verb="ready", by=cast.pmo_analyst, at=timezone.now())
    assert not ApprovedCase.objects.exists()


def test_a_case_is_replaced_whole_or_not_at_all(cast: Cast) -> None:
    asked = factories.request(by=cast.requester, state="assessment")
    terms = {"base_year": 2027, "years": 5, "rate": Decimal(8)}
    options = [OptionRow({"name": "Build", "is_preferred": True}, shifted(VECTOR, 2027))]
    case = replace_case(asked, changes=terms, options=options, stamp="", at=timezone.now())
    assert document_of(case)["options"][0]["figures"]["npv"] == "164.64"
    with pytest.raises(EditConflict):
        replace_case(asked, changes=terms, options=options, stamp="", at=timezone.now())
    stamp = stamp_of(BusinessCase.objects.get(pk=case.pk))
    wrong = [OptionRow({"name": "Build"}, [LineRow("X", "capital", amounts={1990: Amount(Decimal(1))})])]
    with pytest.raises(ActionError):
        replace_case(asked, changes=terms, options=wrong, stamp=stamp, at=timezone.now())
    assert stamp_of(BusinessCase.objects.get(pk=case.pk)) == stamp


# The pages


def test_the_pages_of_a_case(cast: Cast, signed_in: SignIn) -> None:
    asked = factories.request(by=cast.requester, state="assessment")
    page = f"/intake/requests/{asked.reference}/case/"
    client = signed_in(cast.pmo_analyst)
    assert "No business case yet" in client.get(page).content.decode()
    assert client.post(f"{page}start/").status_code == 302
    case, option = started(asked)
    body = client.get(page).content.decode()
    assert "£165" in body
    assert "15.3%" in body
    assert "2.6 years" in body
    assert "at the prices of 2027" in body
    assert "A spreadsheet&#x27;s NPV() shows £152.44" in body
    assert f"{page}options/{option.pk}/figures/" in body
    reader = signed_in(cast.board_member).get(page).content.decode()
    assert "£165" in reader
    assert "Edit figures" not in reader
    for path in (
        "terms/",
        "options/new/",
        f"options/{option.pk}/",
        f"options/{option.pk}/figures/",
        f"options/{option.pk}/effort/",
    ):
        assert signed_in(cast.pmo_analyst).get(page + path).status_code == 200, path
        assert signed_in(cast.board_member).get(page + path).status_code == 403, path
    assert case.pk


def test_cells_are_typed_as_people_write(cast: Cast, signed_in: SignIn) -> None:
    _case, option = started(factories.request(by=cast.requester, state="assessment"))
    build = option.lines.first()
    page = f"/intake/requests/{option.case.request.reference}/case/options/{option.pk}/figures/"
    client = signed_in(cast.pmo_analyst)
    answer = client.post(
        page,
        grid(
            option,
            **{f"y2027-{build.pk}": "90k / £0.1m / 130,000", "name-n0": "Licences", "kind-n0": "revenue", "y2028-n0": "12.5"},
        ),
    )
    assert answer.status_code == 302
    amount = CaseAmount.objects.get(line=build, year=2027)
    assert (amount.low, amount.likely, amount.high) == (90_000, 100_000, 130_000)
    assert CaseAmount.objects.get(line__name="Licences").likely == Decimal("12.5")
    assert "90k/100k/130k" in client.get(page).content.decode()


def test_bad_cells_are_named_and_nothing_is_lost(cast: Cast, signed_in: SignIn) -> None:
    _case, option = started(factories.request(by=cast.requester, state="assessment"))
    build = option.lines.first()
    page = f"/intake/requests/{option.case.request.reference}/case/options/{option.pk}/figures/"
    answer = signed_in(cast.pmo_analyst).post(
        page,
        grid(
            option,
            **{f"y2027-{build.pk}": "130 / 100 / 90", f"y2028-{build.pk}": "lots", "y2029-n0": "5", f"y2030-{build.pk}": "€5"},
        ),
    )
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "Build, 2027: Low is above likely" in body
    assert "Build, 2028: “lots”: not an amount." in body
    assert "All amounts of the case are in GBP." in body
    assert "Give the line a name" in body
    assert 'value="130 / 100 / 90"' in body
    assert CaseAmount.objects.get(line=build).likely == 1000


def test_a_large_grid_is_taken_whole(cast: Cast, signed_in: SignIn) -> None:
    asked = factories.request(by=cast.requester, state="assessment")
    case = start_case(asked, at=timezone.now())
    case = edit_case(case, changes={"base_year": 2027, "years": 40}, version=None)
    option = CaseOption.objects.get(case=case, is_preferred=True)
    page = f"/intake/requests/{asked.reference}/case/options/{option.pk}/figures/"
    data: dict[str, object] = {"row": [f"n{number}" for number in range(60)], "version": str(option.version), "was": "{}"}
    for number in range(60):
        data |= {f"name-n{number}": f"Line {number}", f"kind-n{number}": "benefit"}
        data |= {f"y{year}-n{number}": "1k/2k/3k" for year in range(2027, 2067)}
    assert signed_in(cast.pmo_analyst).post(page, data).status_code == 302
    assert CaseAmount.objects.filter(line__option=option).count() == 2400


@pytest.mark.parametrize("query", ["from=0001-01", "from=9999-12", "from=x", "option=x", "option=%00"])
def test_nonsense_in_the_address_is_left_out(cast: Cast, signed_in: SignIn, query: str) -> None:
    _case, option = started(factories.request(by=cast.requester, state="assessment"))
    page = f"/intake/requests/{option.case.request.reference}/case/"
    client = signed_in(cast.pmo_analyst)
    for path in (page, f"{page}options/{option.pk}/effort/"):
        assert client.get(f"{path}?{query}").status_code == 200


def test_two_people_in_one_grid(cast: Cast, signed_in: SignIn) -> None:
    _case, option = started(factories.request(by=cast.requester, state="assessment"))
    build, savings = option.lines.all()
    page = f"/intake/requests/{option.case.request.reference}/case/options/{option.pk}/figures/"
    mine = grid(option, **{f"y2027-{build.pk}": "2000", f"y2028-{savings.pk}": "350"})
    theirs = grid(
        option, **{f"y2027-{build.pk}": "3000", f"y2029-{savings.pk}": "450", "name-n0": "Training", "y2027-n0": "70"}
    )
    signed_in(cast.pmo_head).post(page, theirs)
    answer = signed_in(cast.pmo_analyst).post(page, mine)
    body = answer.content.decode()
    assert answer.status_code == 409
    assert "Pmo Head" in body
    assert body.count('class="conflict-field"') == 1  # only the cell that both changed
    assert "Training" in body
    form = answer.context["form"]
    again = {key: values if key == "row" else values[-1] for key, values in form.data.lists()}
    saved = signed_in(cast.pmo_analyst).post(page, again | {f"choice-y2027-{build.pk}": "theirs"})
    assert saved.status_code == 302
    likely = {
        (one.line.name, one.year): one.likely for one in CaseAmount.objects.filter(line__option=option).select_related("line")
    }
    assert likely["Build", 2027] == 3000
    assert likely["Savings", 2028] == 350
    assert likely["Savings", 2029] == 450
    assert likely["Training", 2027] == 70


def test_a_removed_row_goes_and_a_foreign_key_does_nothing(cast: Cast, signed_in: SignIn) -> None:
    _case, option = started(factories.request(by=cast.requester, state="assessment"))
    _other_case, other = started(factories.request(by=cast.requester, state="assessment"))
    page = f"/intake/requests/{option.case.request.reference}/case/options/{option.pk}/figures/"
    build = option.lines.first()
    foreign = other.lines.first()
    data = grid(option) | {
        "row": [str(build.pk), str(foreign.pk)],
        f"name-{foreign.pk}": "Stolen",
        f"kind-{foreign.pk}": "capital",
    }
    assert signed_in(cast.pmo_analyst).post(page, data).status_code == 302
    assert [line.name for line in option.lines.all()] == ["Build", "Stolen"]
    foreign.refresh_from_db()
    assert foreign.name == "Build"
    wrong = f"/intake/requests/{option.case.request.reference}/case/options/{other.pk}/figures/"
    assert signed_in(cast.pmo_analyst).get(wrong).status_code == 404


def test_a_decided_case_says_why_it_cannot_be_changed(cast: Cast, signed_in: SignIn) -> None:
    asked = factories.request(by=cast.requester, state="assessment")
    _case, option = started(asked)
    move_request(asked, verb="ready", by=cast.pmo_analyst, at=timezone.now())
    page = f"/intake/requests/{asked.reference}/case/"
    client = signed_in(cast.pmo_analyst)
    assert "its case is frozen" in client.get(page).content.decode()
    assert "its case is frozen" in client.get(f"{page}terms/", follow=True).content.decode()
    answer = client.post(f"{page}options/{option.pk}/figures/", grid(option, **{"name-n0": "Late", "y2027-n0": "1"}))
    assert answer.status_code == 422
    assert "Late" in answer.content.decode()
    frozen = client.get(f"{page}1/")
    assert frozen.status_code == 200
    assert "£165" in frozen.content.decode()
    assert client.get(f"{page}2/").status_code == 404


def test_a_case_goes_out_as_a_file(cast: Cast, signed_in: SignIn) -> None:
    asked = factories.request(by=cast.requester, state="assessment")
    started(asked)
    answer = signed_in(cast.board_member).get(f"/intake/requests/{asked.reference}/case/?export=case.csv")
    text = b"".join(answer.streaming_content).decode()
    assert '"The proposal","Savings"' in text
    assert text.count("\r\n") == 6


def test_the_page_of_a_case_costs_the_same_for_many_lines(
    cast: Cast, signed_in: SignIn, django_assert_max_num_queries: Callable[..., object]
) -> None:
    asked = factories.request(by=cast.requester, state="assessment")
    case, option = started(asked)
    for number in range(3):
        add_option(case, values={"name": f"Option {number}"}, copy_of=option)
    client = signed_in(cast.pmo_analyst)
    page = f"/intake/requests/{asked.reference}/case/"
    client.get(page)
    with django_assert_max_num_queries(20):  # type: ignore[attr-defined]
        client.get(page)


# The API


def test_the_api_reads_and_writes_a_whole_case(cast: Cast, signed_in: SignIn) -> None:
    asked = factories.request(by=cast.requester, state="assessment")
    address = f"/api/v1/intake/cases/{asked.reference}/"
    client = signed_in(cast.pmo_analyst)
    assert client.get(address).status_code == 404
    amounts = [{"year": 2028, "likely": "300"}, {"year": 2029, "low": "350", "likely": "400", "high": "450"}]
    build = {"name": "Build", "kind": "capital", "amounts": [{"year": 2027, "likely": "1000"}]}
    option = {"name": "Buy", "is_preferred": True, "lines": [build, {"name": "Savings", "kind": "benefit", "amounts": amounts}]}
    option["efforts"] = [{"role": "Tester", "month": "2027-03-01", "hours": "10"}]
    terms = {"base_year": 2027, "years": 5, "rate": "8"}
    body: dict[str, object] = {"terms": terms, "options": [option], "rates": [{"role": "Tester", "rate": "50"}]}
    made = client.put(address, body, content_type="application/json")
    assert made.status_code == 201, made.content
    assert made.json()["options"][0]["effort"]["cost"] == "500.00"
    read = client.get(address)
    assert read["ETag"] == made["ETag"]
    assert client.put(address, body, content_type="application/json").status_code == 428
    again = body | {"options": [option | {"key": read.json()["options"][0]["key"], "name": "Buy it"}]}
    assert client.put(address, again, content_type="application/json", headers={"If-Match": read["ETag"]}).status_code == 200
    assert client.put(address, again, content_type="application/json", headers={"If-Match": read["ETag"]}).status_code == 412
    wrong = {
        "terms": terms,
        "options": [
            {
                "name": "X",
                "lines": [
                    {"name": "Y", "kind": "capital", "amounts": [{"year": 2027, "low": "9", "likely": "5", "high": "9"}]}
                ],
            }
        ],
    }
    etag = client.get(address)["ETag"]
    refused = client.put(address, wrong, content_type="application/json", headers={"If-Match": etag})
    assert refused.status_code == 400
    assert "Low must not be above likely" in refused.content.decode()
    assert signed_in(cast.board_member).put(address, again, content_type="application/json").status_code == 403
    assert signed_in(cast.stranger).get(address).status_code == 404
    move_request(asked, verb="ready", by=cast.pmo_analyst, at=timezone.now())
    assert signed_in(cast.board_member).get(f"{address}approved/").json()[0]["number"] == 1
