"""Addresses of telling."""

from django.urls import URLPattern, URLResolver, path

from reporting.views import overview

app_name = "reporting"
urlpatterns: list[URLPattern | URLResolver] = [
    path("overview/", overview.overview_page, name="overview"),
    path("overview/filters/", overview.overview_filters, name="overview-filters"),
    path("overview/rows/", overview.overview_rows, name="overview-rows"),
]
