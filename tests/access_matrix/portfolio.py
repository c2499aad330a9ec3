"""Rows of portfolio: projects, status, registers, dependencies, changes."""

from tests.access_matrix.rows import Row, everyone, office, own, project, public, row
from tests.access_matrix.world import nobodys_link, pk, reference

ROWS: dict[str, Row | list[Row]] = {
    "portfolio:entry-find": everyone(),
    "portfolio:entry-bulk": project(
        "register.edit", method="post", unseen=403, data={"action": "risk", "tag": "x", "pk": pk("entry_risk")}
    ),
    "portfolio:decision-decide": project("register.edit"),
    "portfolio:dependency-map": everyone(),
    "portfolio:dependency-matrix": everyone(),
    # "dependency" is what the project gets, "gift" what it gives: each side makes its own moves.
    **{f"portfolio:dependency-{verb}": project("register.edit") for verb in ("accept", "return", "withdraw", "reopen")},
    **{f"portfolio:dependency-{verb}": project("register.edit") for verb in ("endanger", "restore", "break", "offer")},
    **{
        f"portfolio:dependency-{verb}": project("register.edit", arguments={"reference": reference("gift")})
        for verb in ("agree", "deliver", "rate-giver")
    },
    "portfolio:dependency-rate-receiver": project("register.edit"),
    "portfolio:dependency-offer-accept": project("register.edit"),
    "portfolio:dependency-offer-refuse": project("register.edit"),
    "portfolio:dependency-offer-withdraw": project(
        "register.edit", method="post", arguments={"reference": reference("gift"), "pk": pk("own_offer")}
    ),
    # The change is one that the board decides.
    **{
        f"portfolio:change-{verb}": project("change.decide", roles={"board_member", "pmo_head"})
        for verb in ("approve", "reject", "vote")
    },
    "portfolio:change-result": project("change.decide", roles={"board_member", "pmo_head"}, method="post"),
    "portfolio:change-submit": project("register.edit", arguments={"reference": reference("draft_change")}),
    "portfolio:change-record": project(),
    "portfolio:change-retry": project("register.edit", method="post"),
    "portfolio:change-route": everyone(query="scope=PRJ-0001"),
    "portfolio:route-list": office("setup.view"),
    "portfolio:route-create": office("register.manage"),
    "portfolio:route-adopt": office("register.manage", method="post"),
    "portfolio:route-edit": [
        office("setup.view", arguments={"pk": pk("route")}),
        office("register.manage", arguments={"pk": pk("route")}, method="post"),
    ],
    "portfolio:route-remove": office("register.manage", arguments={"pk": pk("route")}, method="post"),
    "portfolio:delegation-list": everyone(),
    "portfolio:delegation-create": row(
        "everyone", roles={"project_manager", "sponsor", "board_member", "pmo_head", "administrator"}
    ),
    "portfolio:delegation-end": own(
        roles={"sponsor", "pmo_head", "administrator"}, arguments={"pk": pk("delegation")}, method="post"
    ),
    "portfolio:project-list": everyone(),
    "portfolio:project-create": office("project.create"),
    "portfolio:project-compare": everyone(query="pk=1"),
    "portfolio:project-bulk": everyone(query="action=archive"),
    "portfolio:project-edit": project("project.edit"),
    "portfolio:project-links": project("project.edit"),
    "portfolio:project-unlink": project("project.edit", method="post"),
    "portfolio:project-archive": project("project.archive", method="post"),
    "portfolio:project-unarchive": project("project.archive", method="post"),
    "portfolio:project-confide": project("project.confide"),
    "portfolio:project-history": project("history.view"),
    "portfolio:milestone-remove": project("milestone.edit", method="post"),
    "portfolio:member-remove": project("member.manage", method="post"),
    "portfolio:portfolio-list": everyone(),
    "portfolio:portfolio-create": office("portfolio.manage"),
    "portfolio:portfolio-detail": office("portfolio.view"),
    "portfolio:portfolio-edit": office("portfolio.manage"),
    "portfolio:portfolio-archive": office("portfolio.manage", method="post"),
    "portfolio:portfolio-history": office("history.view"),
    "portfolio:programme-list": everyone(),
    "portfolio:programme-create": office("portfolio.manage"),
    "portfolio:programme-detail": office("portfolio.view"),
    "portfolio:programme-edit": office("portfolio.manage"),
    "portfolio:programme-archive": office("portfolio.manage", method="post"),
    "portfolio:programme-history": office("history.view"),
    "portfolio:objective-list": everyone(),
    "portfolio:objective-create": office("objective.manage"),
    "portfolio:objective-detail": everyone(),
    "portfolio:objective-edit": office("objective.manage"),
    "portfolio:objective-history": office("history.view"),
    "portfolio:project-talk": project(),
    "portfolio:project-updates": project("status.view"),
    "portfolio:assurance-rate": project("assurance.rate"),
    "portfolio:action-done": public(arguments={"token": lambda w, p: nobodys_link()}),
    "portfolio:update-list": office("queue.view"),
    "portfolio:update-people": office("queue.view"),
    "portfolio:update-bulk": office("status.review"),
    "portfolio:calendar-list": office("setup.view"),
    "portfolio:calendar-create": office("calendar.manage"),
    "portfolio:calendar-edit": [office("setup.view"), office("calendar.manage", method="post")],
    **{
        f"portfolio:{name}": project("register.edit", arguments={"reference": reference("risk")})
        for name in ("risk-close", "risk-happen", "response-create", "entry-escalate")
    },
    "portfolio:response-edit": project("register.edit", arguments={"reference": reference("response")}),
    # The shared risk belongs to a programme: who manages one of its projects reads it there.
    "portfolio:risk-share": office("register.edit", arguments={"reference": reference("shared_risk")}),
    "portfolio:shared-impact-edit": project(
        "register.edit",
        arguments={"reference": reference("shared_risk"), "pk": pk("shared_impact")},
        roles={"pmo_analyst", "pmo_head"},
    ),
    "portfolio:shared-impact-remove": project(
        "register.edit",
        arguments={"reference": reference("shared_risk"), "pk": pk("shared_impact")},
        roles={"pmo_analyst", "pmo_head"},
        method="post",
    ),
    "portfolio:escalation-answer": project(
        "register.accept",
        arguments={"reference": reference("offered"), "answer": lambda world, project: "accept"},
        roles={"pmo_analyst", "pmo_head"},
    ),
    "portfolio:escalation-withdraw": project("register.edit", arguments={"reference": reference("offered")}, method="post"),
    "portfolio:scale-edit": [office("setup.view"), office("register.manage", method="post")],
    "portfolio:category-list": office("setup.view"),
    "portfolio:category-create": office("register.manage"),
    "portfolio:category-edit": [
        office("setup.view", arguments={"pk": pk("category")}),
        office("register.manage", arguments={"pk": pk("category")}, method="post"),
    ],
    "portfolio:risk-matrix": everyone(),
    "portfolio:risk-exposure": everyone(),
    "portfolio:risk-trend": everyone(),
    "portfolio:risk-shared": everyone(),
    "portfolio:simulation-list": own(),
    "portfolio:simulation-create": [own(), own(method="post", data={"currency": "GBP", "confidence": 80, "draws": 1000})],
    "portfolio:simulation-detail": own(roles={"board_member"}),
    "portfolio:simulation-progress": own(roles={"board_member"}),
    "portfolio:threshold-list": office("setup.view"),
    "portfolio:threshold-edit": [
        office("setup.view", arguments={"key": lambda w, p: "1"}),
        office("threshold.manage", arguments={"key": lambda w, p: "1"}, method="post"),
    ],
    "portfolio:threshold-remove": office("threshold.manage", arguments={"key": lambda w, p: "1"}, method="post"),
    "portfolio:update-detail": project("status.view"),
    "portfolio:update-start": project("status.edit"),
    "portfolio:update-write": project("status.edit"),
    "portfolio:update-suggest": project("status.edit", method="post"),
    "portfolio:update-preview": project("status.edit"),
    "portfolio:update-submit": project("status.submit", method="post"),
    "portfolio:update-withdraw": project("status.edit", method="post"),
    "portfolio:update-correct": project("status.edit", method="post"),
    "portfolio:update-discard": project("status.edit", method="post"),
    "portfolio:update-publish": project("status.review", method="post"),
    "portfolio:update-return": project("status.review", method="post"),
    "portfolio:access-holders": office("access.view"),
    "portfolio:access-give": office("grant.manage"),
    "portfolio:access-take": office("grant.manage", method="post", arguments={"pk": pk("membership")}),
    "portfolio:access-why": everyone(),
}
