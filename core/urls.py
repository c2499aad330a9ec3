"""Addresses of the plumbing."""

from django.urls import URLPattern, URLResolver, path

from core.views import conversation, imports, mail, notifications, search, views
from core.views.health import healthz, readyz

app_name = "core"
urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("mail/", mail.mail_list, name="mail-list"),
    path("mail/<int:pk>/", mail.mail_detail, name="mail-detail"),
    path("mail/<int:pk>/html/", mail.mail_html, name="mail-html"),
    path("mail/<int:pk>/attachments/<int:number>/", mail.mail_attachment, name="mail-attachment"),
    path("mail/<int:pk>/resend/", mail.mail_resend, name="mail-resend"),
    path("mail/<int:pk>/confirm/", mail.mail_confirm, name="mail-confirm"),
    path("search/", search.search, name="search"),
    path("search/instant/", search.search_instant, name="search-instant"),
    path("notifications/", notifications.notification_list, name="notification-list"),
    path("notifications/settings/", notifications.notification_settings, name="notification-settings"),
    path("notifications/read/", notifications.notification_read, name="notification-read"),
    path("notifications/<int:pk>/", notifications.notification_open, name="notification-open"),
    path("comments/<str:kind>/<int:pk>/", conversation.comment_create, name="comment-create"),
    path("comments/<str:kind>/<int:pk>/people/", conversation.mention_list, name="mention-list"),
    path("comments/<int:pk>/edit/", conversation.comment_edit, name="comment-edit"),
    path("comments/<int:pk>/remove/", conversation.comment_remove, name="comment-remove"),
    path("files/<str:kind>/<int:pk>/", conversation.attachment_create, name="attachment-create"),
    path("files/<int:pk>/", conversation.attachment_download, name="attachment-download"),
    path("files/<int:pk>/remove/", conversation.attachment_remove, name="attachment-remove"),
    path("views/", views.view_list, name="view-list"),
    path("views/new/", views.view_create, name="view-create"),
    path("views/<int:pk>/share/", views.view_share, name="view-share"),
    path("views/<int:pk>/forget/", views.view_forget, name="view-forget"),
    path("imports/", imports.import_list, name="import-list"),
    path("imports/<int:pk>/", imports.import_detail, name="import-detail"),
    path("imports/<int:pk>/progress/", imports.import_progress, name="import-progress"),
    path("imports/<int:pk>/table/", imports.import_table, name="import-table"),
    path("imports/<int:pk>/columns/", imports.import_columns, name="import-columns"),
    path("imports/<int:pk>/preview/", imports.import_preview, name="import-preview"),
    path("imports/<int:pk>/answer/", imports.import_answer, name="import-answer"),
    path("imports/<int:pk>/confirm/", imports.import_confirm, name="import-confirm"),
    path("imports/<int:pk>/cancel/", imports.import_cancel, name="import-cancel"),
    path("imports/<int:pk>/result/", imports.import_result, name="import-result"),
    path("imports/<int:pk>/losses/", imports.import_losses, name="import-losses"),
]
