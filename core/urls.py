"""Addresses of the plumbing."""

from django.urls import URLPattern, URLResolver, path

from core.views.health import healthz, readyz

app_name = "core"
urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]
