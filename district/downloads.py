"""Files of a list's rows, as asked for on a page: who may have one, how many rows, and the trace it leaves.

Rows about students need Permission.RECORDS_EXPORT in the scope of each row, a sign-in of the last ten minutes, and
are at most 200: more than that is a matter for two people, or for a script with a token of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from district.access import Permission
from district.accounts import signed_in_recently
from district.exports import CONTENT_TYPES, file_of
from district.ordering import ordered
from district.page_parts import with_query
from district.spreadsheets import MAX_XLSX_ROWS

if TYPE_CHECKING:
    from district.filtering import StrictFilterSet
    from district.pages import ListPage

STUDENT_ROWS = 200
"""The most rows about students that one person takes from a page."""


def may_export(page: ListPage) -> bool:
    """Whether the reader may have files of this list at all."""
    return not page.table.about_students or page.request.user.holds(Permission.RECORDS_EXPORT)


def offers(page: ListPage, query: QueryDict) -> tuple[tuple[str, str], ...]:
    """The files a reader may have of this list: (address, words); none without the permission."""
    if not may_export(page):
        return ()
    return (
        (with_query(query, format="csv"), _("Export CSV")),
        (with_query(query, format="xlsx"), _("Export Excel")),
    )


def download(
    page: ListPage, filterset: StrictFilterSet, kind: str, *, selected: models.QuerySet | None = None
) -> HttpResponseBase:
    """The file of the filtered rows, or of those `selected`; or what stands in its way: 403 without the permission or
    above the limit, the sign-in page when the last proof of who asks is too old. Raises PermissionDenied.
    """
    request, about_students = page.request, page.table.about_students
    if kind not in CONTENT_TYPES:
        return render(request, "download_refused.html", {"is_unknown": True, "title": page.title}, status=400)
    if not may_export(page):
        raise PermissionDenied
    if about_students and not signed_in_recently(request):
        again = urlencode({"next": request.get_full_path()})
        return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{again}")
    wanted = filterset.qs if selected is None else ordered(selected, filterset.order)
    rows = exportable(page, wanted)
    limit = STUDENT_ROWS if about_students else MAX_XLSX_ROWS
    if rows.order_by()[: limit + 1].count() > limit:
        context = {"title": page.title, "limit": limit, "list_url": with_query(request.GET)}
        return render(request, "download_refused.html", context, status=403)
    return file_of(page.table, rows, filterset, file_format=kind, by=request.user, selected=selected is not None)


def exportable(page: ListPage, rows: models.QuerySet) -> models.QuerySet:
    """Of the rows on the page those that a grant with the permission to export reaches."""
    if not page.table.about_students:
        return rows
    allowed = page.table.model.objects.allowed(page.request.user, Permission.RECORDS_EXPORT)
    return rows.filter(pk__in=allowed.values("pk"))
