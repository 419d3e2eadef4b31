"""The shell of every page: navigation by role."""

from django.http import HttpRequest


def shell(request: HttpRequest) -> dict:
    """Context of the shell."""
    return {}
