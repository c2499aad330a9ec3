"""The front page: My work."""

from django.urls import path

from reporting.views.mywork import my_work

urlpatterns = [path("", my_work, name="home")]
