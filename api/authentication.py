"""API tokens: `Authorization: Token KEY`."""

from __future__ import annotations

import hmac
import re
from dataclasses import replace
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from district.actions import TOKEN_LENGTH, TOKEN_PREFIX_LENGTH, hash_of
from district.audit import request_context
from district.models import ApiToken, User

KEY = re.compile(rf"[A-Za-z0-9]{{{TOKEN_LENGTH}}}")
TOUCH = timedelta(minutes=1)
"""The last use of a token is written at most this often: each write takes the database's write lock."""


def token_allows(token: ApiToken | None, scope: ApiToken.Scope) -> bool:
    """Say whether `token` (`request.auth`; None in a browser session) has `scope`; a session has every scope.

    GET, HEAD and OPTIONS need `read`, imports `import`, every other method `write`.
    """
    return token is None or scope in token.scopes


class TokenAuthentication(BaseAuthentication):
    """A key of an active person that is neither revoked nor expired; `request.auth` is its ApiToken.

    What the person's grants allow is read anew by each request, so an ended grant ends here too. Never asks for a
    second factor.
    """

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _space, key = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "token":
            return None
        token = self._find(key.strip())
        # One sentence for every reason: it does not tell a guessed prefix from an expired key.
        if token is None or not token.is_usable() or not token.user.is_active:
            raise AuthenticationFailed(_("This token is not valid."))
        self._touch(token)
        # Whatever this request does stands in the trail with its token; the middleware takes the note away again.
        context = request_context.get()
        if context.request_id:
            request_context.set(replace(context, token=token.prefix))
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Token"

    def _find(self, key: str) -> ApiToken | None:
        if not KEY.fullmatch(key):
            return None
        token = ApiToken.objects.select_related("user").filter(prefix=key[:TOKEN_PREFIX_LENGTH]).first()
        stored = token.key_hash if token else ""
        return token if hmac.compare_digest(stored, hash_of(key)) else None

    def _touch(self, token: ApiToken) -> None:
        now = timezone.now()
        if token.last_used_at is None or now - token.last_used_at > TOUCH:
            ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
