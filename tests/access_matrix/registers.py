"""Rows that every register has: its pages and its API."""

from typing import Any

from portfolio.registers import KINDS
from tests.access_matrix.rows import Row, everyone, office, project
from tests.access_matrix.world import fixed, reference

# The first move of each register that anybody who edits there may make; None: each has an address of its own.
FIRST_MOVES = {
    "risk": "treat",
    "issue": "start",
    "assumption": "confirm",
    "decision": "drop",
    "action": "start",
    "dependency": None,
}
FIRST_MOVES |= {"change": "withdraw"}


WRITERS = {"project_manager", "pmo_analyst", "pmo_head"}


def register_rows(kind: str) -> dict[str, Row | list[Row]]:
    """The pages and the API of one register."""
    edit, verb, becomes = "register.edit", FIRST_MOVES[kind], KINDS[kind].becomes[0]
    page, api = f"portfolio:{kind}", f"api:raid-{kind}"
    # "dependency" is made with the other side, "entry_dependency" by `register_entries`: links and the like hang on the latter.
    mine: dict[str, Any] = {"reference": reference(f"entry_{kind}")}
    linked = {"meaning": "relates", "target": reference("entry_issue" if kind == "risk" else "entry_risk")}
    values = {"title": "New", "project": reference("project")}
    values |= {"giver": lambda world, project: world.cast.own.reference} if kind == "dependency" else {}
    move = office(edit, method="post", roles=set(), arguments=mine | {"verb": fixed("agree")})
    return {
        f"{page}-list": everyone(),
        f"{page}-create": office(edit, roles=WRITERS),
        f"{page}-rows": office(edit, roles=WRITERS),
        f"{page}-detail": project(arguments=mine),
        f"{page}-edit": project(edit, arguments=mine),
        f"{page}-history": project("history.view", arguments=mine),
        f"{page}-move": project(edit, method="post", arguments=mine | {"verb": fixed(verb)}) if verb else move,
        f"{page}-convert": project(edit, method="post", arguments=mine | {"to": fixed(becomes)}),
        f"{page}-link": project(edit, method="post", arguments=mine, data=linked),
        f"{page}-unlink": project(edit, method="post", arguments=mine),
        f"{page}-follow": project("comment.write", method="post", arguments=mine),
        f"{api}-list": [everyone(), project(edit, method="post", data=values, unseen=400)],
        f"{api}-detail": [project(), project(edit, method="patch")],
        f"{api}-comments": [project(), project("comment.write", method="post", data={"text": "Hello"})],
        f"{api}-attachments": [project(), project("attachment.write", method="post")],
        f"{api}-moves": project(),
        f"{api}-move": project(edit, method="post", data={"verb": verb or "withdraw", "reason": "Enough."}),
        f"{api}-convert": project(edit, method="post", data={"kind": becomes}),
        f"{api}-links": [
            project(),
            project(edit, method="post", data={"meaning": "relates", "other": linked["target"]}),
        ],
        f"{api}-unlink": project(edit, method="delete"),
        f"{api}-follow": [project("comment.write", method="post"), project("comment.write", method="delete")],
        f"{api}-escalations": [
            project(),
            project(edit, method="post", data={"to": "PRG-9999", "reason": "Too large."}),
        ],
        f"{api}-escalation": project(
            "register.accept",
            method="post",
            data={"answer": "accept"},
            arguments={"reference": reference("offered")},
            roles={"pmo_analyst", "pmo_head"},
        )
        if kind == "risk"
        else office(edit, method="post", roles=set()),
        f"{api}-rows": office(
            edit, method="post", roles=WRITERS, data={"scope": reference("project"), "rows": [{"title": "One"}]}
        ),
        f"{api}-several": project(
            edit, method="post", data={"references": lambda w, p: [w.of(p)[f"entry_{kind}"].reference], "tag": "x"}
        ),
    }


ROWS: dict[str, Row | list[Row]] = {
    **{name: row for kind in KINDS for name, row in register_rows(kind).items()},
}
