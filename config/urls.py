"""The site map: one include a floor."""

from django.urls import include, path

# What goes wrong outside a view is JSON below /api/ and a page elsewhere.
handler400 = "api.errors.site_bad_request"
handler403 = "api.errors.site_permission_denied"
handler404 = "api.errors.site_not_found"
handler500 = "api.errors.site_server_error"

urlpatterns = [
    path("accounts/", include("district.urls_account")),
    path("", include("district.urls")),
    path("", include("discipline.urls")),
    path("", include("training.urls")),
    path("", include("commitments.urls")),
    path("", include("circles.urls")),
    path("", include("dashboards.urls")),
    path("", include("api.urls")),
]
