"""API tokens."""

from rest_framework.authentication import BaseAuthentication


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Token KEY`."""

    def authenticate(self, request):
        return None

    def authenticate_header(self, request) -> str:
        return "Token"
