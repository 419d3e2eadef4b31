"""The OpenAPI document and a page to read it: open to everybody, they hold nothing of any district."""

from __future__ import annotations

from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny

from api.throttling import MinuteThrottle


class SchemaView(SpectacularAPIView):
    """The OpenAPI document."""

    permission_classes = (AllowAny,)
    authentication_classes = ()
    throttle_classes = (MinuteThrottle,)


class DocumentationView(SpectacularSwaggerSplitView):
    """The document as a page, from our own files: no other host, no inline script or style."""

    permission_classes = (AllowAny,)
    authentication_classes = ()
    throttle_classes = (MinuteThrottle,)
    template_name = "api/documentation.html"
    url_name = "api_schema"
