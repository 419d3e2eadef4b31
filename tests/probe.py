"""An endpoint that says who asked and with what, beside all the real addresses (for `ROOT_URLCONF = "tests.probe"`)."""

from django.urls import include, path
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from api.authentication import token_allows


class Probe(APIView):
    """Answers whoever is authenticated."""

    permission_classes = [IsAuthenticated]

    def get(self, request):
        return Response(
            {
                "user": request.user.email,
                "roles": [grant.role for grant in request.user.active_grants],
                "token": request.auth.prefix if request.auth else None,
                "scopes": [scope for scope in ("read", "write", "import") if token_allows(request.auth, scope)],
            }
        )

    post = get


urlpatterns = [path("api/v1/probe/", Probe.as_view()), path("", include("config.urls"))]
