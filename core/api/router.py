"""Addresses of the plumbing's API."""

from rest_framework.routers import SimpleRouter

from core.api.conversation import AttachmentViewSet, CommentViewSet
from core.api.imports import ImportViewSet
from core.api.mail import MailViewSet

router = SimpleRouter()
router.register("comments", CommentViewSet, basename="comment")
router.register("attachments", AttachmentViewSet, basename="attachment")
router.register("imports", ImportViewSet, basename="import")
router.register("mails", MailViewSet, basename="mail")
