"""Saved views of lists: the verbs, and what a list shows of them to their owner.

What is kept is the query that the list's own filters accepted, without the search: a text searched for may be a name.
An address with nothing in it opens the reader's default view; `?page=1` is always the whole list.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from district import audit
from district.filtering import LIST_KEYS
from district.models import SavedView, User

if TYPE_CHECKING:
    from district.filtering import StrictFilterSet
    from district.pages import ListPage

MOST_VIEWS = 20
"""Saved views of one person in one list: more than that is no help any more."""
NOT_SAVED = LIST_KEYS | {"search"}
FIELDS = ("name", "query", "is_default")
HIDDEN = "…"
"""Stands in the audit trail for a name that a person made up: it may be that of a student."""


# --- Verbs ---------------------------------------------------------------------------------------------------------
@transaction.atomic
def save_view(*, user: User, list_name: str, name: str, filterset: StrictFilterSet, is_default: bool) -> SavedView:
    """Keep the filters and the order of `filterset` as `name`; a view of that name in the list takes them over.

    Raises ValidationError when the filters are not valid, nothing but a search is asked for, the name is empty or too
    long, or there are too many views of the list.
    """
    query = query_of(filterset)
    if not filterset.is_valid() or not query:
        raise ValidationError(_("Choose a filter or an order first: that is what a view keeps."))
    own = _locked(user).of_list(list_name)
    view = own.filter(name=name.strip()).first()
    if view is None and own.count() >= MOST_VIEWS:
        raise ValidationError(_("At most %(most)d views of a list. Remove one first.") % {"most": MOST_VIEWS})
    return _write(view or SavedView(user=user, list_name=list_name), name=name, is_default=is_default, query=query)


@transaction.atomic
def change_view(*, view: SavedView, name: str, is_default: bool) -> SavedView:
    """Rename a view, or say whether its list opens with it. Raises ValidationError for a name that is taken."""
    stored = _locked(view.user).get(pk=view.pk)
    return _write(stored, name=name, is_default=is_default)


@transaction.atomic
def remove_view(*, view: SavedView) -> None:
    """Remove a view: it is a bookmark of one person, and no part of the record."""
    before = audit.values_of(view, FIELDS)
    _record(audit.Action.VOID, view, {name: [value, None] for name, value in before.items()})
    view.delete()


def _write(view: SavedView, **values: Any) -> SavedView:
    before = audit.values_of(view, FIELDS) if view.pk else {}
    for field, value in values.items():
        setattr(view, field, value.strip() if isinstance(value, str) else value)
    if view.is_default:
        others = SavedView.objects.filter(user=view.user, list_name=view.list_name, is_default=True)
        others.exclude(pk=view.pk).update(is_default=False)
    view.full_clean()
    view.save()
    if changes := audit.differences(before, audit.values_of(view, FIELDS)):
        _record(audit.Action.UPDATE if before else audit.Action.CREATE, view, changes)
    return view


def _locked(user: User) -> Any:
    """The views of `user`, who is locked first: two windows must not make two defaults."""
    User.objects.select_for_update().get(pk=user.pk)
    return SavedView.objects.visible_to(user)


def _record(action: audit.Action, view: SavedView, changes: dict[str, list[Any]]) -> None:
    if "name" in changes:
        changes["name"] = [HIDDEN if name else name for name in changes["name"]]
    audit.record(
        action,
        by=view.user,
        target=view,
        district=audit.home_district(view.user),
        changes=changes,
        details={"list": view.list_name},
    )


# --- What a list shows ---------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class ViewLink:
    """One saved view above a list."""

    name: str
    url: str
    is_current: bool
    is_default: bool


@dataclass(frozen=True)
class Strip:
    """The saved views above a list; `save_url` is empty where there is nothing new to save."""

    links: tuple[ViewLink, ...]
    shows_everything: bool
    save_url: str


def query_of(filterset: StrictFilterSet) -> str:
    """The part of a query that a view keeps, always in the same order: filters and order, no search, no page."""
    data = filterset.data
    return urlencode(sorted((key, data[key].strip()) for key in data if key not in NOT_SAVED and data[key].strip()))


def name_of(page: ListPage) -> str:
    """The name of the list's address; empty when it is shown at none."""
    match = page.request.resolver_match
    return (match.url_name or "") if match else ""


def strip_of(page: ListPage, filterset: StrictFilterSet) -> Strip:
    """The reader's views of this list, and where to save what is shown. One query."""
    asked = query_of(filterset)
    is_searched = bool(filterset.data.get("search"))
    links = tuple(
        ViewLink(view.name, f"?{view.query}", view.query == asked and not is_searched, view.is_default)
        for view in SavedView.objects.visible_to(page.request.user).of_list(name_of(page))
    )
    is_saved = any(link.url == f"?{asked}" for link in links)
    save_url = ""
    if asked and not filterset.errors and not is_saved:
        save_url = f"{reverse('saved_view_new')}?{urlencode({'list': name_of(page), 'query': asked})}"
    return Strip(links, not asked and not is_searched, save_url)


def default_query(page: ListPage) -> str:
    """The query with which the list opens for its reader; empty when the address asks for something itself, there is
    no default, or the default asks for what the list does not answer any more."""
    if page.request.GET:
        return ""
    view = SavedView.objects.visible_to(page.request.user).of_list(name_of(page)).filter(is_default=True).first()
    return view.query if view and filterset_of(page, view.query).is_valid() else ""


def filterset_of(page: ListPage, query: str) -> StrictFilterSet:
    """The filters of the list, asked as `query` says."""
    return page.filterset_class(QueryDict(query), queryset=page.queryset(), request=page.request)
