"""Addresses of this floor."""

from django.urls import path

from circles import views, views_logging, views_practices

urlpatterns = [
    path("circles/class/", views.ClassCircleList.as_view(), name="class_circle_list"),
    path("circles/class/new/", views_logging.LogPage.as_view(), name="class_circle_new"),
    path("circles/class/<uuid:uid>/", views.ClassCircleRecord.as_view(), name="class_circle_detail"),
    path("circles/class/<uuid:uid>/<slug:step>/", views.ClassCircleStepPage.as_view(), name="class_circle_step"),
    path("circles/practices/", views_practices.PracticeTermsList.as_view(), name="practice_terms_list"),
    path(
        "circles/practices/<uuid:uid>/<slug:step>/",
        views_practices.PracticeStepPage.as_view(),
        name="practice_terms_step",
    ),
]
