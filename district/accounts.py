"""Sign-in: by invitation only."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class InviteOnlyAdapter(DefaultAccountAdapter):
    """Nobody signs up; accounts are made by a grant."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
