"""Addresses of the plumbing."""

from django.urls import URLPattern, URLResolver, path

from core.views import mail, views
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
    path("views/", views.view_list, name="view-list"),
    path("views/new/", views.view_create, name="view-create"),
    path("views/<int:pk>/share/", views.view_share, name="view-share"),
    path("views/<int:pk>/forget/", views.view_forget, name="view-forget"),
]
