"""Addresses of concerns: the pages without sign-in (see UNSEEN_PATHS in the settings), and those of recipients."""

from django.urls import path

from commitments.concerns import doors, views, views_filing, views_record

urlpatterns = [
    path("concerns/", doors.FilePage.as_view(), name="concern_file"),
    path("concerns/receipt/", doors.ReceiptPage.as_view(), name="concern_receipt"),
    path("concerns/left/", doors.LeftPage.as_view(), name="concern_left"),
    path("concerns/received/", views.ConcernList.as_view(), name="concern_list"),
    path("concerns/new/", views_filing.ConcernAdd.as_view(), name="concern_add"),
    path("concerns/totals/", views.ConcernTotals.as_view(), name="concern_totals"),
    path("concerns/rules/", views_filing.ConcernRules.as_view(), name="concern_rules"),
    path("concerns/files/<uuid:uid>/", views_record.ConcernFile.as_view(), name="concern_evidence"),
    path("concerns/received/<uuid:uid>/", views_record.ConcernRecord.as_view(), name="concern_detail"),
    path("concerns/received/<uuid:uid>/who/", views_record.ConcernWho.as_view(), name="concern_who"),
    path("concerns/received/<uuid:uid>/<slug:step>/", views_record.ConcernStepPage.as_view(), name="concern_step"),
]
