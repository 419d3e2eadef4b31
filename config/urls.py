"""The site map: one include a floor."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("district.urls_account")),
    path("", include("district.urls")),
    path("", include("discipline.urls")),
    path("", include("dashboards.urls")),
    path("", include("api.urls")),
]
