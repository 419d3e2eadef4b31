"""Pages without a sign-in that a secret in the address opens: what every answer behind such a link has.

Answers are bounded in number, kept by no cache, found by no search engine and named to no other site. A secret that
opens nothing gets one answer, whatever is wrong with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from district.limits import is_within
from district.spoken import SpokenWords


@method_decorator(csrf_exempt, name="dispatch")
class SecretDoor(View):
    """A page behind a secret.

    A form sent here needs no token against forgery: no cookie lets anybody in, only the secret in the address, and who
    knows that needs nobody's browser. A browser that tells no page where it comes from could not send one back either.
    """

    http_method_names = ("get", "head", "post", "options")

    limit_name: ClassVar[str]
    """Under which name looks are counted, for each address of the network."""
    looks_a_minute: ClassVar[int] = 30
    """Pages that one address may open in a minute; tries with a wrong secret are among them."""

    @method_decorator(login_not_required)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if is_within(request, self.limit_name, self.looks_a_minute, 60):
            is_open = self.open_with(str(kwargs["secret"]))
            response = super().dispatch(request, *args, **kwargs) if is_open else self.closed()
        else:
            response = render(request, "429.html", status=429)
            response["Retry-After"] = "60"
        patch_cache_control(response, no_store=True, private=True)
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    def open_with(self, secret: str) -> bool:
        """Find and keep what a secret opens now; False when it opens nothing."""
        raise NotImplementedError

    def every_words(self) -> Sequence[SpokenWords]:
        """The words of the page in every language, with `over` and `over_text` among them; English first."""
        raise NotImplementedError

    def closed(self) -> HttpResponse:
        """The one answer to a secret that opens nothing: in every language, for nobody knows whose it was."""
        every = self.every_words()
        return self.written("by_link_over.html", {"all_said": every, "said": every[0]}, status=404)

    def written(self, template: str, context: Mapping[str, Any], **options: Any) -> HttpResponse:
        """A page in the language and direction of its words (`said`)."""
        with translation.override(context["said"].language):
            return render(self.request, template, dict(context), **options)
