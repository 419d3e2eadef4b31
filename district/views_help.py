"""Help pages written from the code they explain."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from district.access import GRANTS, NEEDS_SECOND_FACTOR, ROLES, Permission
from district.accounts import person_of


@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """Say what can be done with every list, and by which keys."""
    return render(request, "help/lists.html")


@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    """Say what each role is for and may do, as `district/access.py` has it."""
    held = {grant.role for grant in person_of(request).active_grants}
    described = [
        {
            "name": role.value,
            "title": _(description.title),
            "sentence": _(description.sentence),
            "permissions": [_(permission.sentence) for permission in Permission if permission in GRANTS[role]],
            "needs_second_factor": role in NEEDS_SECOND_FACTOR,
            "is_mine": role in held,
        }
        for role, description in ROLES.items()
    ]
    return render(request, "help/roles.html", {"roles": described})
