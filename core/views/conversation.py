"""Comments and files of any object that has them: the part of a page, and its verbs."""

from itertools import islice
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db.models import BigIntegerField, DateTimeField, Q, Value
from django.db.models.functions import Cast
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from core.access import attachment_for, attachment_to_remove, comment_for, kind_or_404
from core.actions.conversation import (
    MENTION,
    attach_file,
    edit_comment,
    mentioned_in,
    remove_attachment,
    remove_comment,
    write_comment,
)
from core.errors import ActionError
from core.files import download_of
from core.models import Attachment, Comment
from core.prepared import Prepared
from core.subjects import Subject
from core.views.editing import answer_button

TAKEN = ".pdf,.docx,.xlsx,.pptx,.odt,.ods,.odp,.zip,.doc,.xls,.ppt,.mpp,.msg,.png,.jpg,.jpeg,.gif,.webp,.txt,.md,.csv,.eml"
MOST_SUGGESTED = 6
# Where a kind cannot say who sees an object, that many are asked one by one.
MOST_ASKED = 60


class CommentForm(forms.Form):
    """What somebody says."""

    text = forms.CharField(
        label=gettext_lazy("Comment"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 3, "data-mentions": True}),
        help_text=gettext_lazy("Markdown works. Mention somebody with @ and their name or address: they are told by mail."),
    )


class FileForm(forms.Form):
    """A file to keep with an object."""

    file = forms.FileField(label=gettext_lazy("File"), widget=forms.ClearableFileInput(attrs={"accept": TAKEN}))


def _talk(subject_type: int, subject: int) -> Any:
    about = {"subject_type": subject_type, "subject_id": subject, "removed_at": None}
    comments = Comment.objects.filter(**about).order_by()
    files = Attachment.objects.filter(**about).order_by()
    nobody, never = Cast(Value(None), BigIntegerField()), Cast(Value(None), DateTimeField())
    people = ("pk", "name", "email")
    return comments.values_list(
        Value(True), "pk", "text", nobody, "written_at", "edited_at", *(f"written_by__{name}" for name in people)
    ).union(
        files.values_list(
            Value(False), "pk", "name", "size", "uploaded_at", never, *(f"uploaded_by__{name}" for name in people)
        ),
        all=True,
    )


# Comments and files of one object, in one statement.
TALK = Prepared(_talk, subject_type=int, subject=int)


def said_and_kept(subject: Subject, pk: int) -> tuple[list[Comment], list[Attachment]]:
    """The comments, the oldest first, and the files, the newest first, of an object, with what a page shows of them. One query."""
    comments, files = [], []
    kind = ContentType.objects.get_for_model(subject.model)
    for is_comment, key, words, size, at, edited_at, *person in TALK(subject_type=kind.pk, subject=pk):
        by = get_user_model()(**dict(zip(("pk", "name", "email"), person, strict=True))) if person[0] else None
        if is_comment:
            comments.append(Comment(pk=key, text=words, written_at=at, edited_at=edited_at, written_by=by))
        else:
            files.append(Attachment(pk=key, name=words, size=size, uploaded_at=at, uploaded_by=by))
    comments.sort(key=lambda one: (one.written_at, one.pk))
    files.sort(key=lambda one: (one.uploaded_at, one.pk), reverse=True)
    return comments, files


def talk_of(request: HttpRequest, kind: str, obj: Any, actions: Any, *, open_: bool = True) -> dict[str, Any]:
    """What `core/talk/_talk.html` shows of an object: comments and files, and forms for those who may. One query, and one more
    where somebody is mentioned."""
    subject = kind_or_404(kind)
    comments, files = said_and_kept(subject, obj.pk)
    names = names_of(comments)

    def removable(file: Attachment) -> bool:
        own = file.uploaded_by_id == request.user.pk and subject.attach_action in actions
        return own or subject.edit_action in actions

    return {
        "talk_kind": kind,
        "talk_pk": obj.pk,
        "talk_comments": [
            (comment, spoken(comment.text, names), open_ and comment.written_by_id == request.user.pk) for comment in comments
        ],
        "talk_files": [(file, open_ and removable(file)) for file in files],
        "comment_form": CommentForm() if open_ and subject.comment_action in actions else None,
        "file_form": FileForm() if open_ and subject.attach_action in actions else None,
    }


def names_of(comments: list[Comment]) -> dict[str, str]:
    """The names of everybody mentioned in these comments, by address. One query."""
    addresses = {address for comment in comments for address in mentioned_in(comment.text)}
    return (
        {person.email: str(person) for person in get_user_model()._default_manager.filter(email__in=addresses)}
        if addresses
        else {}
    )


def spoken(text: str, names: dict[str, str]) -> str:
    """The comment's Markdown with mentioned addresses as names."""

    def name(match: Any) -> str:
        found = names.get(match.group(1).lower().rstrip("."))
        if found is None:
            return str(match.group(0))
        return f"**@{''.join(letter for letter in found if letter not in '*_`[]<>')}**"

    return MENTION.sub(name, text)


@require_POST
def comment_create(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Say something about an object."""
    subject = kind_or_404(kind)
    obj = subject.find(request.user, pk, subject.comment_action)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return talk_again(request, subject, obj, comment_form=form)
    try:
        _comment, untold = write_comment(obj, text=form.cleaned_data["text"], by=request.user, at=timezone.now())
    except ActionError as error:
        form.add_error("text", str(error))
        return talk_again(request, subject, obj, comment_form=form)
    say_untold(request, untold)
    return redirect(talk_url(subject, obj))


def talk_url(subject: Subject, obj: Any) -> str:
    """The page on which the conversation of this object stands."""
    return subject.url(obj)


def say_untold(request: HttpRequest, untold: list[str]) -> None:
    """Name the mentioned who were not told."""
    if untold:
        sentence = ngettext(
            "%(people)s may not see this, or is not known here: nobody was told.",
            "%(people)s may not see this, or are not known here: they were not told.",
            len(untold),
        )
        messages.warning(request, sentence % {"people": ", ".join(untold)})


def talk_again(request: HttpRequest, subject: Subject, obj: Any, **forms_by_name: Any) -> HttpResponse:
    """The conversation on a page of its own, with what was typed and why it was not taken."""
    actions = {subject.comment_action, subject.attach_action}
    context = talk_of(request, subject.kind, obj, actions) | forms_by_name
    context |= {"page_title": str(obj), "back": subject.url(obj), "no_as_of": True}
    return render(request, "core/talk/talk_detail.html", context, status=422)


def comment_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one's own comment."""
    comment, kind, obj = comment_for(request.user, pk)
    if comment.removed_at:
        raise Http404
    form = CommentForm(request.POST or None, initial={"text": comment.text})
    context = {"form": form, "page_title": _("Edit comment"), "cancel_url": kind.url(obj), "no_as_of": True}
    if request.method == "POST":
        if not form.is_valid():
            return render(request, "core/talk/comment_form.html", context, status=422)
        try:
            _comment, untold = edit_comment(
                comment, subject=obj, text=form.cleaned_data["text"], by=request.user, at=timezone.now()
            )
        except ActionError as error:  # taken away in this moment
            form.add_error("text", str(error))
            return render(request, "core/talk/comment_form.html", context, status=422)
        say_untold(request, untold)
        return redirect(kind.url(obj))
    return render(request, "core/talk/comment_form.html", context)


@require_POST
def comment_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own comment away."""
    comment, kind, obj = comment_for(request.user, pk)
    return answer_button(
        request,
        lambda: remove_comment(comment, by=request.user, at=timezone.now()),
        back=kind.url(obj),
        said=_("The comment was removed."),
    )


@require_POST
def attachment_create(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Keep a file with an object."""
    subject = kind_or_404(kind)
    obj = subject.find(request.user, pk, subject.attach_action)
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            attach_file(obj, file=file, name=file.name, by=request.user)
        except ActionError as error:
            form.add_error("file", str(error))
        else:
            messages.success(request, _("“%(file)s” was added.") % {"file": file.name})
            return redirect(subject.url(obj))
    return talk_again(request, subject, obj, file_form=form)


@require_GET
def attachment_download(request: HttpRequest, pk: int) -> FileResponse:
    """A file, for those who may see its object: always as a download, never shown by the browser."""
    attachment = attachment_for(request.user, pk)
    try:
        return download_of(attachment)
    except FileNotFoundError as error:
        raise Http404 from error


@require_POST
def attachment_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file away: its uploader may, and whoever may edit the object."""
    attachment, kind, obj = attachment_to_remove(request.user, pk)
    return answer_button(
        request,
        lambda: remove_attachment(attachment, at=timezone.now()),
        back=kind.url(obj),
        said=_("“%(file)s” was removed. Its history stays.") % {"file": attachment.name},
    )


@require_GET
def mention_list(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """People to mention: those whose name or address begins like the typed text, and who may see the object."""
    subject = kind_or_404(kind)
    obj = subject.find(request.user, pk, subject.comment_action)
    text = request.GET.get("q", "").strip()[:80]
    people: list[Any] = []
    if text and "\0" not in text:
        matching = Q(name__unaccent__istartswith=text) | Q(name__unaccent__icontains=f" {text}") | Q(email__istartswith=text)
        if subject.readers is not None:
            people = list(subject.readers(obj).filter(matching)[:MOST_SUGGESTED])
        else:
            asked = get_user_model()._default_manager.filter(matching, is_active=True)[:MOST_ASKED]
            seeing = (person for person in asked if subject.visible_to(person).filter(pk=obj.pk).exists())
            people = list(islice(seeing, MOST_SUGGESTED))
    return render(request, "core/talk/_mentions.html", {"people": people})
