"""Addresses of intake: a topic a block."""

from django.urls import URLPattern, URLResolver, path

from intake.views import moves, queue, requests, tracking

app_name = "intake"
urlpatterns: list[URLPattern | URLResolver] = [
    path("requests/", requests.request_list, name="request-list"),
    path("requests/<str:reference>/", requests.request_detail, name="request-detail"),
    path("requests/<str:reference>/talk/", requests.request_talk, name="request-talk"),
    path("requests/<str:reference>/history/", requests.request_history, name="request-history"),
    path("requests/<str:reference>/move/<slug:verb>/", moves.request_move, name="request-move"),
    path("requests/<str:reference>/assign/", queue.request_assign, name="request-assign"),
    path("triage/", queue.queue, name="queue"),
    path("triage/assign/", queue.queue_assign, name="queue-assign"),
    path("moves/", moves.transition_list, name="transition-list"),
    path("track/<str:key>/", tracking.request_track, name="request-track"),
]
