"""The sentence of every code that reading a file can give, in the reader's language."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.dateformat import format as date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Promise | str] = {
    # The file
    "sentence": "%(text)s",
    "file_too_large": _("The file has %(size)s MB; at most %(limit)s MB can be imported."),
    "file_empty": _("The file is empty."),
    "file_broken": _("The file is damaged and cannot be opened. Open it in a spreadsheet, save it again and upload that."),
    "file_encrypted": _("The file is protected by a password. Remove the password and upload it again."),
    "file_gone": _("The uploaded file is no longer there. Upload it again."),
    "wrong_kind": _("This is a %(kind)s file, whatever its name says. Save the table as CSV or XLSX and upload that."),
    "not_text": _("This is neither a spreadsheet nor a text file."),
    "zip_bomb": _("Unpacked, the file is far larger than it looks (over %(limit)s MB allowed). It was not opened."),
    "zip_too_many_parts": _("The file holds more than %(limit)s parts. It was not opened."),
    "xml_entities": _("The file defines document entities, which no spreadsheet needs. It was not opened."),
    "needs_too_much_memory": _("Reading the file takes more memory than one import may use. Split it, or save it as CSV."),
    "takes_too_long": _("Reading the file takes too long. Split it, or save it as CSV."),
    "too_many_rows": _(
        "The sheet has %(rows)s rows; at most %(limit)s can be imported at once. Delete empty rows or split it."
    ),
    "too_many_ratings": _(
        "The columns that are headed by days hold %(count)s ratings; at most %(limit)s can be imported at once. Split the file."
    ),
    "too_many_columns": _("There are %(columns)s columns; at most %(limit)s can be imported."),
    "cell_too_long": _("Line %(line)s: a cell is longer than %(limit)s characters. Is a quotation mark missing?"),
    "quote_never_closed": _("Line %(line)s: a quotation mark opens here and is never closed."),
    "no_such_sheet": _("There is no sheet called %(sheet)s."),
    "no_table": _("No table was found: no line looks like a header with rows below it."),
    "header_line_blank": _("Line %(line)s is blank, so it cannot be the header."),
    "unexpected": _(
        "The import stopped for a reason nobody foresaw. Nothing was written; the administrator finds the details in the log."
    ),
    # Remarks on the file
    "broken_signs": _("%(count)s characters could not be read as %(encoding)s and stand as �."),
    "encoding_guessed": _("The file does not say its encoding; it was read as %(encoding)s. Check names with accents."),
    "merged_filled": _("%(count)s cells of merged rows were filled with the value of the merged cell."),
    "formulas": _("%(count)s cells hold formulas (%(cells)s); the results kept in the file are used."),
    "formulas_without_result": _(
        "%(count)s cells hold formulas whose results are not in the file (%(cells)s); they were read as empty. Open the file in a"
        " spreadsheet program, save it and load it again: then the results are in it."
    ),
    "lines_above_header": _("%(count)s lines above the header (line %(line)s) are not part of the table."),
    "as_at_from_title": _("The as-at day %(day)s was taken from the line “%(text)s”. Check it."),
    "header_repeated": _("Line %(line)s repeats the header and is left out."),
    "total_row": _("Line %(line)s is a total (“%(text)s”) and is left out."),
    "remark_row": _("Line %(line)s is a remark and is left out: “%(text)s”"),
    "rows_wider_than_header": _(
        "%(count)s rows are wider than the header, the first on line %(line)s; what stands there is kept."
    ),
    "transposed": _("The sheet holds one record per column; it was turned."),
    "several_days": _("The rows tell about %(count)s different days, from %(first)s to %(last)s."),
    # Why a cell could not be read
    "spreadsheet_error": _("a spreadsheet error"),
    "not_a_number": _("not an amount"),
    "digits_unclear": _("the separators do not form a number"),
    "a_range": _("a range; one figure is needed"),
    "a_bound": _("a limit, not a figure"),
    "amount_too_large": _("larger than any amount that is kept"),
    "not_a_percentage": _("not a percentage"),
    "decision_unreadable": _("“%(text)s” is no decision; write each on a line of its own as “What | by whom | 5 Dec 2026”"),
    "decisions_too_many": _("more than %(most)s decisions"),
    "percent_out_of_range": _("not between 0 and 100%%"),
    "not_a_date": _("not a date"),
    "no_such_day": _("there is no such day"),
    "day_or_month": _("day or month first? The column holds both orders"),
    "several_dates": _("more than one date"),
    "vague_date": _("too vague for a date"),
    "year_out_of_range": _("the year is not between 1900 and 2200"),
    "not_a_rating": _("not a rating"),
    "not_an_assurance_rating": _("not an assurance rating"),
    "not_yes_or_no": _("neither yes nor no"),
    "not_an_email": _("not an e-mail address"),
    "not_a_currency": _("not a currency"),
    "not_a_choice": _("not one of the choices"),
    "text_too_long": _("longer than %(limit)s characters"),
    "does_not_look_like_it": _("does not look like it"),
    "currency_differs": _("in %(currency)s, but the project is in %(expected)s"),
    "confide_forbidden": _("you may not make this project confidential or open"),
    "confidential_unnamed": _("nobody is named on the project, so nobody would see it: give a manager or a sponsor"),
    "person_unknown": _("nobody of this name or e-mail address is known here"),
    "unit_unknown": _("there is no organisation unit of this name or code"),
    "unit_ambiguous": _("several organisation units are called so: give the code or the path (Transport › Rail)"),
    "zone_unknown": _("not a time zone; write it as Europe/London"),
    "role_unknown": _("“%(text)s” names no role; write it as “PMO analyst” or “Auditor · Transport”, several with semicolons"),
    "role_not_yours": _("you may not give roles"),
    "role_own": _("nobody gives a role to themselves: ask another administrator"),
    "role_days_differ": _("held there already, from or until another day: change it on the person’s page"),
    "role_days_order": _("the last day is before the first day"),
    "role_everywhere_only": _("an administrator is one everywhere: leave the organisation unit out"),
    "type_unknown": _("there is no request type of this name"),
    "state_not_brought": _("a file cannot bring a request in this state; it comes in as submitted"),
    "not_a_level": _("not a level"),
    "level_unknown": _("not a level of the scales"),
    "owner_cannot_see": _("%(person)s cannot see %(scope)s: it comes without an owner"),
    "owner_only_reads": _("%(person)s is an auditor and changes nothing: it comes without an owner"),
    "strategy_other_sign": _("a strategy for threats does not fit an opportunity, nor the other way round"),
    "impact_by_dimension": _("here the impact is rated by dimension; change it there"),
    "likely_missing": _("the likely amount is missing"),
    "exposure_without_probability": _("an exposure is probability × impact; without a probability the impact stays unknown"),
    "entry_state_not_brought": _("people bring it into this state, step by step; here it is “%(state)s”"),
    "open_responses": _("it has open responses: close it by hand and say what becomes of them"),
    "day_to_come": _("the day is still to come"),
    "confidential_unnamed_entry": _("nobody is named on it, so nobody would see it: give an owner"),
    # What was taken for granted
    "level_from_word": _("“%(text)s” was read as level %(level)s, %(label)s"),
    "level_in_proportion": _("“%(text)s” of another scale was read as level %(level)s, %(label)s"),
    "level_from_percent": _("the percentage was kept, and gives level %(level)s, %(label)s"),
    "exposure_is_impact": _(
        "the amount was kept as the likely impact; the exposure, probability × impact, is worked out from it"
    ),
    "exposure_by_probability": _("the likely impact was worked out: exposure / probability"),
    "unit_from_header": _("read in %(unit)ss, as the header says"),
    "unit_from_above": _("read in %(unit)ss, as “%(text)s” above the header says"),
    "rounded_to_pence": _("rounded to hundredths"),
    "comma_is_decimal": _("the comma was taken as the decimal sign"),
    "point_groups_thousands": _("points were taken as thousands separators"),
    "nil_is_zero": _("“nil” was read as 0"),
    "about": _("“about” was left out"),
    "remark_left_out": _("the remark in brackets was left out"),
    "fraction_as_percent": _("fractions were read as percent (0.45 is 45%%)"),
    "day_first": _("day first was assumed; nothing in the column shows it"),
    "month_first": _("month first was assumed; nothing in the column shows it"),
    "order_from_column": _("%(order)s first, as other cells of the column show"),
    "two_digit_year": _("two-digit years: 00-69 are 20xx"),
    "spreadsheet_day": _("a number was read as a spreadsheet's day"),
    "financial_year": _("a financial year means its first or last day"),
    "financial_year_ends": _("“FY24” was taken as the financial year that ends in 2024"),
    "financial_quarter": _("a quarter of a financial year means its first or last day"),
    "calendar_quarter": _("a quarter means its first or last day"),
    "month_only": _("a month means its first or last day"),
    "half_year": _("a half-year means its first or last day"),
    "year_only": _("a year means its first or last day"),
    "one_to_five": _("1 and 2 were read as red, 3 as amber, 4 and 5 as green"),
    "letter_as_colour": _("a letter was read as its colour"),
    "two_colours": _("two colours together, such as Amber/Red, were read as %(colour)s"),
    "word_as_colour": _("“%(text)s” was read as %(colour)s"),
    "colour_in_phrase": _("the colour named in the phrase was taken"),
    "brackets_are_negative": _("figures in brackets were read as negative"),
    "withheld_is_exempt": _("withheld ratings are kept as exempt"),
    "currency_from_sign": _("the sign was read as %(currency)s"),
    # Rows
    "row_without_name": _("There is neither a title nor an identifier."),
    "identifier_twice": _("The identifier %(identifier)s stands on line %(line)s already."),
    "identifier_taken": _("The identifier %(identifier)s is taken by a project that you may not change."),
    "reference_unknown": _(
        "There is no project %(reference)s that you may change. Where the references are another office’s, place their column on"
        " “Identifier in its source”: then new projects are made."
    ),
    "title_is_reference": _(
        "“%(title)s” is a reference, not a title: place its column on “Reference”. A file of ratings by month is loaded as status"
        " updates; the references of another office belong on “Identifier in its source”."
    ),
    "project_twice": _("Line %(line)s is about %(reference)s already."),
    "request_unknown": _("There is no request %(reference)s that you may change."),
    "case_without_request": _("It does not say whose business case it belongs to: give the reference of the request."),
    "case_of_nobody": _("There is no request %(reference)s whose business case you may write now."),
    "case_closed": _("%(reference)s is “%(state)s”: its business case stays as it is."),
    "case_line_missing": _("It does not name the cost or benefit."),
    "case_kind_missing": _("A new line needs its kind: capital cost, running cost or benefit."),
    "case_year_missing": _("It does not say which year."),
    "case_likely_missing": _("There is no likely amount."),
    "case_cell_wrong": _("A cell cannot be used; see which, and why."),
    "case_lines_many": _("An option has at most %(most)s lines."),
    "case_options_many": _("A case compares at most %(most)s options."),
    "case_columns_left_out": _("A business case has no room for these columns: %(columns)s."),
    "columns_left_out": _("There is no room for these columns: %(columns)s."),
    "project_unknown": _("There is no project “%(text)s” that you may see."),
    "project_archived": _("%(reference)s is archived: bring it back before you change it."),
    "milestone_unknown": _(
        "There is no milestone %(number)s that you may see. Where the numbers are another office’s, leave their column out."
    ),
    "milestone_elsewhere": _("Milestone %(number)s belongs to another project: it stays there."),
    "milestone_without_project": _("It does not say which project it belongs to."),
    "milestone_without_day": _("A new milestone needs its planned day."),
    "milestone_ambiguous": _("Several milestones of the project are called “%(text)s”: give their numbers."),
    "milestone_twice": _("Line %(line)s is about the same milestone already."),
    "milestones_forbidden": _("You may not change the milestones of %(reference)s."),
    "structure_unknown": _(
        "There is no %(reference)s that you may see. Where the references are another office’s, leave their column out."
    ),
    "structure_ambiguous": _("Several are called “%(text)s”: give their references."),
    "structure_twice": _("Line %(line)s is about the same one already."),
    "structure_not_added": _("There is none of this name, and you may not add any."),
    "structure_forbidden": _("You may not change “%(name)s”."),
    "place_unknown": _("there is none of this name or reference in use"),
    "place_ambiguous": _("several are called so: give the reference"),
    "inside_itself": _("it would come to lie inside itself"),
    "amount_twice": _("Line %(line)s says already what %(what)s amounts to."),
    "not_a_year": _("not a year between 1990 and 2200"),
    "year_outside_case": _("the case runs from %(first)s to %(last)s; set its years first"),
    "range_half": _("give low and high, or neither"),
    "low_above_likely": _("low is above likely"),
    "high_below_likely": _("high is below likely"),
    "currency_of_case": _("in %(currency)s, but the request is in %(expected)s"),
    "case_kind_other": _("the line is a %(kind)s; a line has one kind"),
    "request_twice": _("Line %(line)s is about %(reference)s already."),
    "no_request_type": _("There is no request type with a published form: add one first."),
    "state_by_people": _("It stays in the state “%(state)s”: people move requests, with their reasons."),
    "request_decided": _("It is “%(state)s”: a decided request stays as it is."),
    "negative_amount": _("%(field)s is negative. Is that what the brackets or the minus sign mean?"),
    "matched_by_title": _("Found by its title."),
    "matched_by_likeness": _("Taken to be “%(title)s”."),
    "title_from_identifier": _("It has no title; its identifier stands in for one."),
    "scope_missing": _("It does not say which project, programme or portfolio it belongs to."),
    "scope_unknown": _("There is no project, programme or portfolio “%(text)s” in whose registers you may write."),
    "scope_ambiguous": _("“%(text)s” can mean several: give the reference."),
    "scope_closed": _("%(scope)s is closed or archived: its registers take no changes any more."),
    "entry_unknown": _("There is no %(reference)s that you may see in this register."),
    "entry_forbidden": _("You may not change %(reference)s."),
    "not_a_part": _("“%(text)s” is not a part of the change itself"),
    "entry_not_moved": _("Only who writes in the registers of where %(reference)s is may move it elsewhere."),
    "owner_left_behind": _("Its owner, %(person)s, cannot see %(scope)s: name another one, or leave it where it is."),
    "risk_is_shared": _("Projects share %(reference)s: it stays with a programme or portfolio."),
    "terms_agreed": _("Both sides of %(reference)s have agreed to it: change it on its page."),
    "side_says_itself": _("each side says this itself, on the page of %(reference)s"),
    "response_forbidden": _("you may not add a response to %(reference)s"),
    "entry_twice": _("Line %(line)s is about %(reference)s already."),
    "title_twice": _("Line %(line)s has the same title, and neither has an identifier."),
    "probability_range": _("A probability is 0 to 100%%: it says “%(text)s”."),
    "impact_order": _("Low must not be above likely, nor likely above high: %(text)s."),
    "amount_negative": _("An amount of an impact or a response is not negative: %(text)s."),
    "giver_missing": _("It does not say which project gives it."),
    "giver_unknown": _("There is no project “%(text)s” that you may see, to give it."),
    "giver_itself": _("A project cannot depend on itself."),
    "receiver_no_project": _("A dependency is between two projects: give the project that needs it."),
    "change_decided": _("It is “%(state)s”: a change request stays as it was submitted or decided."),
    "state_kept": _("It stays “%(state)s”: a file closes entries, people open them again."),
    "closed_day_taken": _("It does not say when it was closed; %(day)s was taken."),
    "response_made": _(
        "What is done about it becomes a response: an action that reduces the risk, unless the file names another strategy."
    ),
    "response_changed": _("The words of its response change."),
    "series_unknown": _("There is no series of status updates called “%(text)s”."),
    "period_unknown": _(
        "“%(text)s” is no reporting period of %(reference)s: write it as its calendar does, as a month, or give the as-at day."
    ),
    "update_without_day": _("It says neither the period nor the as-at day."),
    "day_before_period": _("The as-at day %(day)s is before the period %(period)s."),
    "period_not_open": _("The period %(period)s opens on %(day)s."),
    "update_day_to_come": _("The as-at day %(day)s is still to come."),
    "update_twice": _("Line %(line)s is about the same update already."),
    "update_says_nothing": _("It says nothing about the status."),
    "update_without_overall": _("A published update needs its overall rating."),
    "update_being_written": _(
        "The update for %(period)s is being written (%(state)s): publish it or throw it away on its page, then load the row again."
    ),
    "update_stands": _(
        "An update for %(period)s is published and says otherwise. To correct it by a new version, write “yes” in a column Correction;"
        " else leave the row out."
    ),
    "update_superseded": _("A file does not bring back what a correction has superseded: load the version that stands."),
    "update_moved_by_people": _(
        "A file keeps drafts and publishes; “%(state)s” is for people to do. Write Draft or Published."
    ),
    "update_past_draft": _("The update for %(period)s is no draft any more: %(state)s."),
    "draft_without_period": _(
        "%(reference)s has no such period to report for: a draft needs one. Publish it as history instead."
    ),
    "update_own": _("You report for %(reference)s yourself: somebody else must publish it, here as on the page."),
    "updates_forbidden": _("You may not publish status updates of %(reference)s."),
    "correction_forbidden": _("You may not correct what is published of %(reference)s: ask the head of the office."),
    "assurance_forbidden": _("you may not rate the delivery confidence of %(reference)s"),
    "draft_kept": _("Keeps it as a draft for %(period)s; its manager submits it."),
    "columns_by_day": _(
        "%(count)s columns are headed by a day or a month (%(first)s to %(last)s): each cell is the overall rating of that day."
    ),
    "person_without_email": _("It has no e-mail address, and nobody is recognised without."),
    "person_without_name": _("A new person needs a name."),
    "person_twice": _("Line %(line)s is about the same person already."),
    "person_invited": _("An invitation to choose a password goes out once you confirm."),
    "person_comes_disabled": _("The account is opened, may not sign in, and gets no invitation."),
    "newer_facts": _("Newer facts are known (%(day)s): this row adds history and changes no fact."),
    "update_added": _("Adds the status of %(day)s."),
    "update_corrected": _("Corrects the status of %(day)s as a new version."),
}

STATES: dict[str, Promise | str] = {
    "withheld": _("Withheld by the source"),
    "unknown": _("Not known yet"),
    "failed": _("Could not be read"),
}


def say(stored: Sequence[Any]) -> str:
    """The sentence of a stored note: ["a_range", {"text": "3-5"}]."""
    if not stored:
        return ""
    code, params = stored[0], stored[1] if len(stored) > 1 else {}
    if isinstance(params, Mapping):
        params = {key: shown_day(value) for key, value in params.items()}
    sentence = str(SENTENCES.get(code, code))
    try:
        return sentence % params if isinstance(params, Mapping) else sentence
    except (KeyError, ValueError, TypeError):
        return sentence


def shown_day(text: Any) -> str:
    """An ISO day as people read it, "31 Mar 2024"; any other text as it is."""
    if isinstance(text, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return str(date_format(date.fromisoformat(text), "j M Y"))
    return str(text)


def say_all(stored: Sequence[Sequence[Any]]) -> list[str]:
    """The sentences of several notes."""
    return [say(each) for each in stored]
