"""Addresses of this floor."""

from django.urls import path

from dashboards import views_desk, views_help, views_reporting
from dashboards.patterns.views import PatternsPage, StaffPatternsPage
from dashboards.suspension_rates.views import SuspensionRatesPage

urlpatterns = [
    path("", views_desk.Desk.as_view(), name="desk"),
    path("dashboards/suspensions/", SuspensionRatesPage.as_view(), name="suspension_rates"),
    path("dashboards/patterns/", PatternsPage.as_view(), name="patterns"),
    path("dashboards/patterns/staff/", StaffPatternsPage.as_view(), name="patterns_staff"),
    path("dashboards/not-reported/", views_reporting.ReportingPage.as_view(), name="not_reported"),
    path("help/", views_help.HelpIndex.as_view(), name="help"),
    path("help/methods/", views_help.Methods.as_view(), name="help_methods"),
    path("help/style/", views_help.Style.as_view(), name="help_style"),
]
