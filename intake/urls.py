"""Addresses of intake: a topic a block."""

from django.urls import URLPattern, URLResolver, path

from intake.views import (
    decisions,
    meetings,
    moves,
    queue,
    requests,
    rounds,
    tracking,
)

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
    path("requests/<str:reference>/decision/", decisions.request_decision, name="request-decision"),
    path("requests/<str:reference>/decide/", decisions.request_decide, name="request-decide"),
    path("requests/<str:reference>/conditions/<int:pk>/", decisions.condition_meet, name="request-condition"),
    path("requests/<str:reference>/decisions/<int:pk>/record/", decisions.decision_record, name="request-record"),
    path("requests/<str:reference>/decisions/<int:pk>/retry/", decisions.decision_retry, name="request-record-retry"),
    path("rounds/", rounds.round_list, name="round-list"),
    path("rounds/new/", rounds.round_create, name="round-create"),
    path("rounds/<int:pk>/", rounds.round_detail, name="round-detail"),
    path("rounds/<int:pk>/edit/", rounds.round_edit, name="round-edit"),
    path("rounds/<int:pk>/gather/", rounds.round_gather, name="round-gather"),
    path("rounds/<int:pk>/close/", rounds.round_close, name="round-close"),
    path("rounds/<int:pk>/entries/<int:entry>/rank/", rounds.entry_rank, name="entry-rank"),
    path("rounds/<int:pk>/entries/<int:entry>/must/", rounds.entry_must, name="entry-must"),
    path("rounds/<int:pk>/entries/<int:entry>/drop/", rounds.entry_drop, name="entry-drop"),
    path("meetings/", meetings.meeting_list, name="meeting-list"),
    path("meetings/new/", meetings.meeting_create, name="meeting-create"),
    path("meetings/<int:pk>/", meetings.meeting_detail, name="meeting-detail"),
    path("meetings/<int:pk>/edit/", meetings.meeting_edit, name="meeting-edit"),
    path("meetings/<int:pk>/agenda/", meetings.meeting_add, name="meeting-add"),
    path("meetings/<int:pk>/close/", meetings.meeting_close, name="meeting-close"),
    path("meetings/<int:pk>/items/<int:item>/", meetings.item_detail, name="item-detail"),
    path("meetings/<int:pk>/items/<int:item>/vote/", meetings.item_vote, name="item-vote"),
    path("meetings/<int:pk>/items/<int:item>/move/", meetings.item_move, name="item-move"),
    path("meetings/<int:pk>/items/<int:item>/remove/", meetings.item_remove, name="item-remove"),
    path("track/<str:key>/", tracking.request_track, name="request-track"),
]
