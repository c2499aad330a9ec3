"""Addresses of the portfolio: a topic a block."""

from django.urls import URLPattern, URLResolver, path

from portfolio.views import members, milestones, projects, structure

app_name = "portfolio"
urlpatterns: list[URLPattern | URLResolver] = [
    path("projects/", projects.project_list, name="project-list"),
    path("projects/new/", projects.project_create, name="project-create"),
    path("projects/compare/", projects.project_compare, name="project-compare"),
    path("projects/bulk/", projects.project_bulk, name="project-bulk"),
    path("projects/<str:reference>/", projects.project_detail, name="project-detail"),
    path("projects/<str:reference>/edit/", projects.project_edit, name="project-edit"),
    path("projects/<str:reference>/archive/", projects.project_archive, name="project-archive"),
    path("projects/<str:reference>/unarchive/", projects.project_unarchive, name="project-unarchive"),
    path("projects/<str:reference>/confide/", projects.project_confide, name="project-confide"),
    path("projects/<str:reference>/links/", projects.project_links, name="project-links"),
    path("projects/<str:reference>/links/remove/", projects.project_unlink, name="project-unlink"),
    path("projects/<str:reference>/access/", projects.project_access, name="project-access"),
    path("projects/<str:reference>/history/", projects.project_history, name="project-history"),
    path("projects/<str:reference>/milestones/", milestones.project_milestones, name="project-milestones"),
    path("projects/<str:reference>/milestones/new/", milestones.milestone_create, name="milestone-create"),
    path("projects/<str:reference>/milestones/<int:pk>/", milestones.milestone_edit, name="milestone-edit"),
    path("projects/<str:reference>/milestones/<int:pk>/remove/", milestones.milestone_remove, name="milestone-remove"),
    path("projects/<str:reference>/team/", members.project_members, name="project-members"),
    path("projects/<str:reference>/team/new/", members.member_create, name="member-create"),
    path("projects/<str:reference>/team/<int:pk>/", members.member_edit, name="member-edit"),
    path("projects/<str:reference>/team/<int:pk>/remove/", members.member_remove, name="member-remove"),
    path("portfolios/", structure.portfolio_list, name="portfolio-list"),
    path("portfolios/new/", structure.portfolio_create, name="portfolio-create"),
    path("portfolios/<str:reference>/", structure.portfolio_detail, name="portfolio-detail"),
    path("portfolios/<str:reference>/edit/", structure.portfolio_edit, name="portfolio-edit"),
    path("portfolios/<str:reference>/archive/", structure.portfolio_archive, name="portfolio-archive"),
    path("portfolios/<str:reference>/history/", structure.portfolio_history, name="portfolio-history"),
    path("programmes/", structure.programme_list, name="programme-list"),
    path("programmes/new/", structure.programme_create, name="programme-create"),
    path("programmes/<str:reference>/", structure.programme_detail, name="programme-detail"),
    path("programmes/<str:reference>/edit/", structure.programme_edit, name="programme-edit"),
    path("programmes/<str:reference>/archive/", structure.programme_archive, name="programme-archive"),
    path("programmes/<str:reference>/history/", structure.programme_history, name="programme-history"),
    path("objectives/", structure.objective_list, name="objective-list"),
    path("objectives/new/", structure.objective_create, name="objective-create"),
    path("objectives/<int:pk>/", structure.objective_detail, name="objective-detail"),
    path("objectives/<int:pk>/edit/", structure.objective_edit, name="objective-edit"),
    path("objectives/<int:pk>/history/", structure.objective_history, name="objective-history"),
]
