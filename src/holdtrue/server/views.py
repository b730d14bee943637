"""The pages that belong to the whole: the policy as dashboard, and tokens."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def home(request: HttpRequest) -> HttpResponse:
    """Show the policy with what is true now beside each clause."""
    return render(request, "home.html", {})


def clause(request: HttpRequest, slug: str, clause: str) -> HttpResponse:
    """Show the evidence under one clause."""
    return render(request, "clause.html", {"slug": slug, "clause": clause})


def tokens(request: HttpRequest) -> HttpResponse:
    """Issue a token for uploads."""
    return render(request, "tokens.html", {})
