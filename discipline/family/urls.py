"""Addresses of families: what staff do for them, and what opens by a link without a sign-in."""

from django.urls import path

from discipline.family import doors, views, views_requests, views_sent_home

urlpatterns = [
    path("students/<uuid:uid>/family/", views.StudentFamily.as_view(), name="family_links"),
    path("guardians/<uuid:uid>/link/", views.NewLinkPage.as_view(), name="family_link_new"),
    path("family-links/<uuid:uid>/revoke/", views.RevokeLinkPage.as_view(), name="family_link_revoke"),
    path("family-requests/", views_requests.RequestList.as_view(), name="family_request_list"),
    path("family-requests/<uuid:uid>/", views_requests.AnswerPage.as_view(), name="family_request"),
    path("sent-home/", views_sent_home.SentHomeList.as_view(), name="sent_home_list"),
    path("sent-home/<uuid:uid>/", views_sent_home.SentHomeRecord.as_view(), name="sent_home_detail"),
    path("sent-home/<uuid:uid>/look-into/", views_sent_home.LookIntoPage.as_view(), name="sent_home_step"),
    path("students/<uuid:uid>/sent-home/", views_sent_home.NewSentHomePage.as_view(), name="sent_home_new"),
    path("family/<str:secret>/", doors.FamilyPage.as_view(), name="family_page"),
    path("family/<str:secret>/letters/<uuid:uid>/", doors.FamilyLetter.as_view(), name="family_letter"),
]
