"""My work: what waits for the reader."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def my_work(request: HttpRequest) -> HttpResponse:
    """The front page of every signed-in person."""
    return render(request, "reporting/mywork/mywork_detail.html")
