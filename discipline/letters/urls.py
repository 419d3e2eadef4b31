"""Addresses of letters and of their templates."""

from django.urls import path

from discipline.letters import views, views_templates, views_writing

urlpatterns = [
    path("letters/", views.LetterList.as_view(), name="letter_list"),
    path("letters/<uuid:uid>/", views.LetterRecord.as_view(), name="letter_detail"),
    path("letters/<uuid:uid>/pdf/", views.LetterPaper.as_view(), name="letter_pdf"),
    path("letters/<uuid:uid>/became/", views.LetterStep.as_view(), name="letter_step"),
    path("removals/<uuid:uid>/letter/", views_writing.WritePage.as_view(), name="letter_write"),
    path("letter-templates/", views_templates.TemplateList.as_view(), name="letter_template_list"),
    path("letter-templates/<uuid:uid>/", views_templates.TemplateRecord.as_view(), name="letter_template_detail"),
    path(
        "letter-templates/<uuid:uid>/change/",
        views_templates.ChangeTemplatePage.as_view(),
        name="letter_template_change",
    ),
    path(
        "letter-templates/<uuid:uid>/review/",
        views_templates.ReviewTemplatePage.as_view(),
        name="letter_template_review",
    ),
]
