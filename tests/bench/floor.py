"""The floor: the least that Django and DRF cost for such work. One file, tables of its own, in the same cluster.

Run by gunicorn as `tests.bench.floor:app` with FLOOR_DATABASE_URL; `python -m tests.bench.floor` makes and fills the
tables. A list is one query with two joins and one count; the board is two aggregates over 20,000 rows.
"""

import os
import sys
from typing import Any

import environ
from django.conf import settings

BASE = """<!doctype html><html lang="en"><head><title>{% block t %}{% endblock %}</title></head><body><nav>{% for n in nav %}
<a href="/{{ n }}/">{{ n }}</a>{% endfor %}</nav><main>{% block m %}{% endblock %}</main></body></html>"""
LIST = """{% extends "base.html" %}{% block t %}Items{% endblock %}{% block m %}<h1>{{ total }} items</h1><table><tr>
{% for h in heads %}<th><a href="?sort={{ h }}">{{ h }}</a></th>{% endfor %}</tr>{% for i in rows %}<tr><td><a href="/items/{{ i.pk }}/">
{{ i.pk }}</a></td><td>{{ i.title }}</td><td><a href="/projects/{{ i.project_id }}/">{{ i.project.name }}</a></td><td>
<span class="rag {{ i.rag }}">{{ i.get_rag_display }}</span></td><td>{{ i.status }}</td><td>{{ i.owner.username }}</td><td>
{{ i.priority }}</td><td>{{ i.due|date:"Y-m-d" }}</td><td>{{ i.updated|date:"Y-m-d H:i" }}</td></tr>{% endfor %}</table>{% endblock %}"""

settings.configure(
    SECRET_KEY="the-floor-of-the-benchmark-only",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF="tests.bench.floor" if __name__ != "__main__" else "__main__",
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    DATABASES={
        "default": environ.Env.db_url_config(os.environ["FLOOR_DATABASE_URL"])
        | {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 300}
    },
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "rest_framework"],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    },
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [
                    (
                        "django.template.loaders.cached.Loader",
                        [("django.template.loaders.locmem.Loader", {"base.html": BASE, "list.html": LIST})],
                    )
                ]
            },
        }
    ],
)
import django  # noqa: E402

django.setup()

from django.contrib.auth.decorators import login_required  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import models, transaction  # noqa: E402
from django.db.models import Count  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.shortcuts import render  # noqa: E402
from django.urls import path  # noqa: E402
from rest_framework import pagination, routers, serializers, viewsets  # noqa: E402


class Project(models.Model):
    """A project."""

    name = models.CharField(max_length=200)

    class Meta:
        app_label = "floor"


class Item(models.Model):
    """A row of the list."""

    title = models.CharField(max_length=200)
    project = models.ForeignKey(Project, models.CASCADE)
    owner = models.ForeignKey(User, models.PROTECT)
    rag = models.CharField(max_length=1, choices=[("G", "Green"), ("A", "Amber"), ("R", "Red")])
    status = models.CharField(max_length=20)
    priority = models.IntegerField()
    due = models.DateField(null=True)
    updated = models.DateTimeField(auto_now=True, db_index=True)
    description = models.TextField(blank=True)

    class Meta:
        app_label = "floor"


class Audit(models.Model):
    """Who changed what."""

    at = models.DateTimeField(auto_now_add=True)
    who = models.ForeignKey(User, models.PROTECT)
    change = models.JSONField()

    class Meta:
        app_label = "floor"


@login_required
def items(request: HttpRequest) -> HttpResponse:
    """One list query and one count."""
    number = min(int(request.GET.get("n", 100)), 200)
    rows = Item.objects.select_related("project", "owner").defer("description").order_by("-updated")
    heads = ["id", "title", "project", "rag", "status", "owner", "priority", "due", "updated"]
    context = {
        "nav": ["portfolio", "projects", "items", "risks"],
        "heads": heads,
        "total": Item.objects.count(),
        "rows": rows[:number],
    }
    return render(request, "list.html", context)


@login_required
def board(request: HttpRequest) -> HttpResponse:
    """Two aggregates over all rows."""
    ratings = Item.objects.values("rag").annotate(n=Count("id"))
    red = Item.objects.filter(rag="R").values("project__name").annotate(n=Count("id")).order_by("-n")[:20]
    cells = [f"<tr><td>{row['rag']}<td>{row['n']}" for row in ratings] + [
        f"<tr><td>{row['project__name']}<td>{row['n']}" for row in red
    ]
    return HttpResponse(f"<table>{''.join(cells)}</table>")


class ItemSerializer(serializers.ModelSerializer):
    """All fields and two names."""

    project_name = serializers.CharField(source="project.name", read_only=True)
    owner_name = serializers.CharField(source="owner.username", read_only=True)

    class Meta:
        model = Item
        fields = [
            "id",
            "title",
            "project",
            "project_name",
            "owner",
            "owner_name",
            "rag",
            "status",
            "priority",
            "due",
            "updated",
            "description",
        ]


class Page(pagination.LimitOffsetPagination):
    """A hundred rows."""

    default_limit = 100


class ItemViewSet(viewsets.ModelViewSet):
    """Lists and creates; a creation leaves an audit row."""

    queryset = Item.objects.select_related("project", "owner").order_by("-updated")
    serializer_class = ItemSerializer
    pagination_class = Page

    def perform_create(self, serializer: Any) -> None:
        """The row and its audit in one transaction."""
        with transaction.atomic():
            serializer.save()
            Audit.objects.create(who=self.request.user, change=self.request.data)


router = routers.SimpleRouter()
router.register("api/items", ItemViewSet)
urlpatterns = [path("items/", items), path("board/", board), *router.urls]
app = get_wsgi_application()


def fill() -> str:
    """Make and fill the tables; returns a session key."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    with connection.schema_editor() as schema:
        for model in (Project, Item, Audit):
            schema.create_model(model)
    people = User.objects.bulk_create([User(username=f"user{n}") for n in range(50)])
    projects = Project.objects.bulk_create([Project(name=f"Project {n:05d} ERP rollout") for n in range(2000)])
    text = "The milestone slipped because the vendor was late; mitigation under way. " * 5
    rows = [
        Item(title=f"Issue {n} for the project", project=projects[n % 2000], owner=people[n % 50], rag="GAR"[n % 3], status="open",
             priority=1 + n % 5, due="2026-12-01", description=text)
        for n in range(20000)
    ]  # fmt: skip
    Item.objects.bulk_create(rows, batch_size=2000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    session = SessionStore()
    session[SESSION_KEY] = str(people[0].pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = people[0].get_session_auth_hash()
    session.save()
    return str(session.session_key)


if __name__ == "__main__":
    sys.stdout.write(fill())
