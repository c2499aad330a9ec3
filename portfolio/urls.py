"""Addresses of the portfolio: a topic a block."""

from django.urls import URLPattern, URLResolver, path

from portfolio.views import projects

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
]
