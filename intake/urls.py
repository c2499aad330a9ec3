"""Addresses of intake: a topic a block."""

from django.urls import URLPattern, URLResolver, path

from intake.views import requests, tracking

app_name = "intake"
urlpatterns: list[URLPattern | URLResolver] = [
    path("requests/", requests.request_list, name="request-list"),
    path("requests/<str:reference>/", requests.request_detail, name="request-detail"),
    path("requests/<str:reference>/talk/", requests.request_talk, name="request-talk"),
    path("requests/<str:reference>/history/", requests.request_history, name="request-history"),
    path("track/<str:key>/", tracking.request_track, name="request-track"),
]
