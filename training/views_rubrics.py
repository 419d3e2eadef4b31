"""The rubric of observed circles: what stands now, and another one from today on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from training.actions.rubrics import change_rubric
from training.forms import ScopedForm
from training.models import Rubric
from training.views_practices import LeadersPage


class RubricForm(ScopedForm):
    """A name, and one item a line."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    items = forms.CharField(
        label=gettext_lazy("Items"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy("One a line, such as: Invited every voice, and let people pass. Each is scored 1 to 4."),
    )


class RubricEdit(LeadersPage):
    """Change what an observer looks at, from today on."""

    form_class = RubricForm
    title = gettext_lazy("What does an observer look at?")
    about = gettext_lazy("From today on. Circles observed before keep the items with which they were scored.")
    submit_words = gettext_lazy("Let it hold from today")
    done_words = gettext_lazy("Saved. The observation form shows these items.")

    def get_initial(self) -> dict[str, Any]:
        district = self.district()
        rubric = Rubric.objects.filter(district=district, valid_from__lte=district.today()).last()
        if rubric is None:
            return {}
        return {"name": _(rubric.name), "items": "\n".join(_(words) for words in rubric.items)}

    def act(self, values: dict[str, Any]) -> str:
        change_rubric(
            district=self.district(), name=values["name"], items=values["items"].splitlines(), by=self.request.user
        )
        return reverse("credential_list")
