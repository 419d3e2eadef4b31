"""Answers to what went wrong."""

from rest_framework.views import exception_handler as exception_response

__all__ = ["exception_response"]
