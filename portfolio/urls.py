"""Addresses of the portfolio: a topic a block."""

from django.urls import URLPattern, URLResolver, path, re_path

from portfolio.registers import DEPENDENCY, PATHS
from portfolio.views import (
    access,
    approval_routes,
    assurance,
    calendars,
    changes,
    delegations,
    dependencies,
    dependency_map,
    dependency_matrix,
    done_links,
    escalations,
    members,
    milestones,
    project_changes,
    project_links,
    project_list,
    project_registers,
    project_sets,
    projects,
    raid,
    raid_verbs,
    responses,
    review,
    risk_exposure,
    risk_map,
    scales,
    shared_impacts,
    simulations,
    status,
    structure,
    thresholds,
)


def register_paths(kind: str) -> list[URLPattern]:
    """The pages of one register."""
    base, one = PATHS[kind], f"{PATHS[kind]}/<str:reference>"
    which = {"kind": kind}
    return [
        path(f"{base}/", raid.entry_list, which, name=f"{kind}-list"),
        path(f"{base}/new/", raid.entry_create, which, name=f"{kind}-create"),
        path(f"{base}/rows/", raid_verbs.entry_rows, which, name=f"{kind}-rows"),
        path(f"{one}/", raid.entry_detail, which, name=f"{kind}-detail"),
        path(f"{one}/edit/", raid.entry_edit, which, name=f"{kind}-edit"),
        path(f"{one}/history/", raid.entry_history, which, name=f"{kind}-history"),
        path(f"{one}/move/<str:verb>/", raid_verbs.entry_move, which, name=f"{kind}-move"),
        path(f"{one}/become/<str:to>/", raid_verbs.entry_convert, which, name=f"{kind}-convert"),
        path(f"{one}/link/", raid_verbs.entry_link, which, name=f"{kind}-link"),
        path(f"{one}/link/<int:pk>/remove/", raid_verbs.entry_unlink, which, name=f"{kind}-unlink"),
        path(f"{one}/follow/", raid_verbs.entry_follow, which, name=f"{kind}-follow"),
    ]


def dependency_paths() -> list[URLPattern]:
    """What is done with one dependency: each move has its own page, because it belongs to one side."""
    one = "dependencies/<str:reference>"
    moves = [
        path(f"{one}/{verb}/", dependencies.dependency_move, {"verb": verb}, name=f"dependency-{verb}")
        for verb in (move.verb for move in DEPENDENCY.moves)
    ]
    answers = [
        path(
            f"{one}/offers/<int:pk>/{answer}/",
            dependencies.dependency_answer,
            {"answer": answer},
            name=f"dependency-offer-{answer}",
        )
        for answer in ("accept", "refuse")
    ]
    rating = [
        path(f"{one}/rate/{side}/", dependencies.dependency_rate, {"side": side}, name=f"dependency-rate-{side}")
        for side in ("giver", "receiver")
    ]
    return [
        *moves,
        *answers,
        *rating,
        path(f"{one}/offers/new/", dependencies.dependency_offer, name="dependency-offer"),
        path(f"{one}/offers/<int:pk>/withdraw/", dependencies.dependency_retract, name="dependency-offer-withdraw"),
    ]


app_name = "portfolio"
urlpatterns: list[URLPattern | URLResolver] = [
    path("projects/", project_list.project_list, name="project-list"),
    path("projects/new/", projects.project_create, name="project-create"),
    path("projects/compare/", project_sets.project_compare, name="project-compare"),
    path("projects/bulk/", project_sets.project_bulk, name="project-bulk"),
    path("projects/<str:reference>/", projects.project_detail, name="project-detail"),
    path("projects/<str:reference>/edit/", projects.project_edit, name="project-edit"),
    path("projects/<str:reference>/archive/", projects.project_archive, name="project-archive"),
    path("projects/<str:reference>/unarchive/", projects.project_unarchive, name="project-unarchive"),
    path("projects/<str:reference>/confide/", projects.project_confide, name="project-confide"),
    path("projects/<str:reference>/links/", project_links.project_links, name="project-links"),
    path("projects/<str:reference>/links/remove/", project_links.project_unlink, name="project-unlink"),
    path("projects/<str:reference>/access/", projects.project_access, name="project-access"),
    path("projects/<str:reference>/talk/", projects.project_talk, name="project-talk"),
    path("projects/<str:reference>/history/", projects.project_history, name="project-history"),
    path("projects/<str:reference>/registers/", project_registers.project_registers, name="project-registers"),
    path("projects/<str:reference>/registers/panel/", project_registers.registers_panel, name="project-registers-panel"),
    path("projects/<str:reference>/milestones/", milestones.project_milestones, name="project-milestones"),
    path("projects/<str:reference>/milestones/new/", milestones.milestone_create, name="milestone-create"),
    path("projects/<str:reference>/milestones/<int:pk>/", milestones.milestone_edit, name="milestone-edit"),
    path("projects/<str:reference>/milestones/<int:pk>/remove/", milestones.milestone_remove, name="milestone-remove"),
    path("projects/<str:reference>/team/", members.project_members, name="project-members"),
    path("projects/<str:reference>/team/new/", members.member_create, name="member-create"),
    path("projects/<str:reference>/team/<int:pk>/", members.member_edit, name="member-edit"),
    path("projects/<str:reference>/team/<int:pk>/remove/", members.member_remove, name="member-remove"),
    path("portfolios/", structure.structure_list, {"noun": "portfolio"}, name="portfolio-list"),
    path("portfolios/new/", structure.structure_create, {"noun": "portfolio"}, name="portfolio-create"),
    path("portfolios/<str:reference>/", structure.structure_detail, {"noun": "portfolio"}, name="portfolio-detail"),
    path("portfolios/<str:reference>/edit/", structure.structure_edit, {"noun": "portfolio"}, name="portfolio-edit"),
    path("portfolios/<str:reference>/archive/", structure.structure_archive, {"noun": "portfolio"}, name="portfolio-archive"),
    path("portfolios/<str:reference>/history/", structure.structure_history, {"noun": "portfolio"}, name="portfolio-history"),
    path("programmes/", structure.structure_list, {"noun": "programme"}, name="programme-list"),
    path("programmes/new/", structure.structure_create, {"noun": "programme"}, name="programme-create"),
    path("programmes/<str:reference>/", structure.structure_detail, {"noun": "programme"}, name="programme-detail"),
    path("programmes/<str:reference>/edit/", structure.structure_edit, {"noun": "programme"}, name="programme-edit"),
    path("programmes/<str:reference>/archive/", structure.structure_archive, {"noun": "programme"}, name="programme-archive"),
    path("programmes/<str:reference>/history/", structure.structure_history, {"noun": "programme"}, name="programme-history"),
    path("objectives/", structure.structure_list, {"noun": "objective"}, name="objective-list"),
    path("objectives/new/", structure.structure_create, {"noun": "objective"}, name="objective-create"),
    path("objectives/<int:pk>/", structure.structure_detail, {"noun": "objective"}, name="objective-detail"),
    path("objectives/<int:pk>/edit/", structure.structure_edit, {"noun": "objective"}, name="objective-edit"),
    path("objectives/<int:pk>/history/", structure.structure_history, {"noun": "objective"}, name="objective-history"),
    path("dependencies/map/", dependency_map.dependency_map, name="dependency-map"),
    path("dependencies/map/matrix/", dependency_matrix.dependency_matrix, name="dependency-matrix"),
    *dependency_paths(),
    path("registers/change/", raid_verbs.entry_bulk, name="entry-bulk"),
    path("done/<str:token>/", done_links.action_done, name="action-done"),
    path("registers/find/<str:what>/", raid_verbs.find_options, name="entry-find"),
    path("decisions/<str:reference>/decide/", raid_verbs.decision_decide, name="decision-decide"),
    path("routes/", approval_routes.route_list, name="route-list"),
    path("routes/adopt/", approval_routes.route_adopt, name="route-adopt"),
    path("routes/new/", approval_routes.route_create, name="route-create"),
    path("routes/<int:pk>/", approval_routes.route_edit, name="route-edit"),
    path("routes/<int:pk>/remove/", approval_routes.route_remove, name="route-remove"),
    path("delegations/", delegations.delegation_list, name="delegation-list"),
    path("delegations/new/", delegations.delegation_create, name="delegation-create"),
    path("delegations/<int:pk>/end/", delegations.delegation_end, name="delegation-end"),
    path("projects/<str:reference>/changes/", project_changes.project_changes, name="project-changes"),
    path("changes/route/", changes.change_route, name="change-route"),
    path("changes/<str:reference>/submit/", changes.change_submit, name="change-submit"),
    path("changes/<str:reference>/approve/", changes.change_decide, {"verb": "approve"}, name="change-approve"),
    path("changes/<str:reference>/reject/", changes.change_decide, {"verb": "reject"}, name="change-reject"),
    path("changes/<str:reference>/vote/", changes.change_vote, name="change-vote"),
    path("changes/<str:reference>/result/", changes.change_result, name="change-result"),
    path("changes/<str:reference>/record/", changes.change_record, name="change-record"),
    path("changes/<str:reference>/record/retry/", changes.change_retry, name="change-retry"),
    *(one for kind in PATHS for one in register_paths(kind)),
    path("access/", access.access_holders, name="access-holders"),
    path("access/new/", access.access_give, name="access-give"),
    path("access/<int:pk>/remove/", access.access_take, name="access-take"),
    path("access/why/", access.access_why, name="access-why"),
    path("projects/<str:reference>/updates/", status.project_updates, name="project-updates"),
    path("projects/<str:reference>/updates/write/", status.update_start, name="update-start"),
    path("projects/<str:reference>/updates/write/<int:period>/", status.update_write, name="update-write"),
    path("projects/<str:reference>/updates/write/<int:period>/suggest/", status.update_suggest, name="update-suggest"),
    path("projects/<str:reference>/updates/<int:pk>/", status.update_detail, name="update-detail"),
    path("projects/<str:reference>/updates/<int:pk>/preview/", status.update_preview, name="update-preview"),
    path("projects/<str:reference>/updates/<int:pk>/submit/", status.update_submit, name="update-submit"),
    path("projects/<str:reference>/updates/<int:pk>/publish/", status.update_publish, name="update-publish"),
    path("projects/<str:reference>/updates/<int:pk>/return/", status.update_return, name="update-return"),
    path("projects/<str:reference>/updates/<int:pk>/withdraw/", status.update_withdraw, name="update-withdraw"),
    path("projects/<str:reference>/updates/<int:pk>/correct/", status.update_correct, name="update-correct"),
    path("projects/<str:reference>/updates/<int:pk>/discard/", status.update_discard, name="update-discard"),
    path("projects/<str:reference>/assurance/rate/", assurance.assurance_rate, name="assurance-rate"),
    path("updates/", review.update_list, name="update-list"),
    path("updates/people/", review.update_people, name="update-people"),
    path("updates/publish/", review.update_bulk, name="update-bulk"),
    path("calendars/", calendars.calendar_list, name="calendar-list"),
    path("calendars/new/", calendars.calendar_create, name="calendar-create"),
    path("calendars/<int:pk>/", calendars.calendar_edit, name="calendar-edit"),
    path("risks/<str:reference>/responses/new/", responses.response_create, name="response-create"),
    path("actions/<str:reference>/response/", responses.response_edit, name="response-edit"),
    path("risks/<str:reference>/close/", responses.risk_close, name="risk-close"),
    path("risks/<str:reference>/happen/", responses.risk_happen, name="risk-happen"),
    path("risks/<str:reference>/shared/new/", shared_impacts.risk_share, name="risk-share"),
    path("risks/<str:reference>/shared/<int:pk>/", shared_impacts.shared_impact_edit, name="shared-impact-edit"),
    path("risks/<str:reference>/shared/<int:pk>/remove/", shared_impacts.shared_impact_remove, name="shared-impact-remove"),
    path("registers/<str:reference>/escalate/", escalations.entry_escalate, name="entry-escalate"),
    path("registers/<str:reference>/escalation/withdraw/", escalations.escalation_withdraw, name="escalation-withdraw"),
    re_path(
        r"^registers/(?P<reference>[^/]+)/escalation/(?P<answer>accept|return)/$",
        escalations.escalation_answer,
        name="escalation-answer",
    ),
    path("risk-scales/", scales.scale_edit, name="scale-edit"),
    path("risk-categories/", scales.category_list, name="category-list"),
    path("risk-categories/new/", scales.category_create, name="category-create"),
    path("risk-categories/<int:pk>/", scales.category_edit, name="category-edit"),
    path("risk-matrix/", risk_map.risk_matrix_page, name="risk-matrix"),
    path("risk-matrix/exposure/", risk_exposure.risk_exposure, name="risk-exposure"),
    path("risk-matrix/over-time/", risk_map.risk_trend, name="risk-trend"),
    path("risk-matrix/shared/", risk_map.risk_shared, name="risk-shared"),
    path("simulations/", simulations.simulation_list, name="simulation-list"),
    path("simulations/new/", simulations.simulation_create, name="simulation-create"),
    path("simulations/<int:pk>/", simulations.simulation_detail, name="simulation-detail"),
    path("simulations/<int:pk>/progress/", simulations.simulation_progress, name="simulation-progress"),
    path("thresholds/", thresholds.threshold_list, name="threshold-list"),
    path("thresholds/<str:key>/", thresholds.threshold_edit, name="threshold-edit"),
    path("thresholds/<str:key>/remove/", thresholds.threshold_remove, name="threshold-remove"),
]
