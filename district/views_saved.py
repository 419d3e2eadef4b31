"""Pages of saved views: saving one, changing it, all of one's own. Everybody has them, and sees nobody else's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district import tables
from district.filters import SavedViewFilterSet
from district.models import SavedView, User
from district.page_parts import Cell, Fact, Heading, yes_no_words
from district.pages import FormPage, ListPage, SignedInRequest, tell
from district.saved_views import change_view, filterset_of, remove_view, save_view


def list_class(list_name: str, user: User) -> type[ListPage] | None:
    """The list at the address with this name; None where there is none, or none that `user` may open."""
    try:
        view_class = getattr(resolve(reverse(list_name)).func, "view_class", None)
    except (NoReverseMatch, Resolver404):
        return None
    if not (isinstance(view_class, type) and issubclass(view_class, ListPage)):
        return None
    return view_class if view_class.opens_for(user) else None


def list_page(list_name: str, request: SignedInRequest) -> ListPage | None:
    """The same list as its page for this request, to ask for its filters and their words."""
    view_class = list_class(list_name, request.user)
    if view_class is None:
        return None
    page = view_class()
    page.setup(request)
    return page


def filters_in_words(page: ListPage, query: str) -> list[Fact]:
    """What a query asks of a list: each filter with what is chosen, then the order."""
    filterset = filterset_of(page, query)
    if not filterset.is_valid():
        return []
    facts = [Fact(chip.label, chip.words) for chip in page.chips(filterset) if chip.value]
    first = filterset.data.get("ordering", "").split(",")[0].strip()
    labels = {heading.order: heading.label for heading in page.headings if heading.order}
    if first:
        label = labels.get(first.lstrip("-"), first.lstrip("-"))
        facts.append(Fact(_("Order"), label, _("descending") if first.startswith("-") else _("ascending")))
    return facts


def about(page: ListPage | None, list_name: str, query: str) -> dict[str, Any]:
    """The list of a view and what it keeps, as both forms show it."""
    if page is None:
        return {"list_url": reverse("saved_view_list"), "list_words": _("Saved views")}
    return {
        "page": page,
        "facts": filters_in_words(page, query),
        "list_url": f"{reverse(list_name)}?{query}",
        "list_words": page.title,
    }


class ViewForm(forms.Form):
    """What a view is called, and whether its list opens with it."""

    name = forms.CharField(
        label=gettext_lazy("What do you call it?"),
        max_length=60,
        help_text=gettext_lazy("Short, such as “Waiting for me”. Do not use a student's name."),
    )
    is_default = forms.BooleanField(
        label=gettext_lazy("Open the list with it"),
        required=False,
        help_text=gettext_lazy("“Everything” above the list always shows the whole list."),
    )


class NewViewForm(ViewForm):
    """The same, with the list and the query to keep."""

    list = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)
    query = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2000)


class SaveView(FormPage):
    """Keep the filters and the order of a list under a name."""

    template_name = "saved_view_form.html"
    form_class = NewViewForm
    title = gettext_lazy("What do you want to find again?")
    submit_words = gettext_lazy("Save this view")

    def asked(self) -> tuple[str, str]:
        """The name of the list and the query to keep, as the link above the list or the form gives them."""
        given = self.request.POST if self.request.method == "POST" else self.request.GET
        return given.get("list", ""), given.get("query", "")

    def get_initial(self) -> dict[str, Any]:
        list_name, query = self.asked()
        return {"list": list_name, "query": query}

    def form_valid(self, form: forms.Form) -> HttpResponse:
        given = form.cleaned_data
        page = list_page(given["list"], self.request)
        if page is None:
            form.add_error(None, _("Open a list first, and save its view from there."))
            return self.form_invalid(form)
        try:
            view = save_view(
                user=self.request.user,
                list_name=given["list"],
                name=given["name"],
                filterset=filterset_of(page, given["query"]),
                is_default=given["is_default"],
            )
        except ValidationError as refusal:
            tell(form, refusal)
            return self.form_invalid(form)
        messages.success(self.request, _("Saved. “%(name)s” now stands above the list.") % {"name": view.name})
        return HttpResponseRedirect(f"{reverse(view.list_name)}?{view.query}")

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        list_name, query = self.asked()
        page = list_page(list_name, self.request)
        return super().get_context_data(**about(page, list_name, query), **context)


class ChangeView(FormPage):
    """Rename a view, make it the first one, or remove it."""

    template_name = "saved_view_form.html"
    form_class = ViewForm
    title = gettext_lazy("What should change about this view?")
    submit_words = gettext_lazy("Save")

    def own(self) -> SavedView:
        """The view that the address names, among one's own."""
        view = SavedView.objects.visible_to(self.request.user).filter(uid=self.kwargs["uid"]).first()
        if view is None:
            raise Http404
        return view

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        view = self.own()
        if "remove" not in request.POST:
            return super().post(request, *args, **kwargs)
        remove_view(view=view)
        messages.success(request, _("Removed. The list itself is as it was."))
        return HttpResponseRedirect(reverse("saved_view_list"))

    def get_initial(self) -> dict[str, Any]:
        view = self.own()
        return {"name": view.name, "is_default": view.is_default}

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            change_view(view=self.own(), **form.cleaned_data)
        except ValidationError as refusal:
            tell(form, refusal)
            return self.form_invalid(form)
        messages.success(self.request, _("Saved."))
        return HttpResponseRedirect(reverse("saved_view_list"))

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        view = self.own()
        page = list_page(view.list_name, self.request)
        return super().get_context_data(saved=view, **about(page, view.list_name, view.query), **context)


class SavedViewList(ListPage):
    """All saved views of the reader."""

    table = tables.SAVED_VIEWS
    filterset_class = SavedViewFilterSet
    tells_total = True
    title = gettext_lazy("Saved views")
    question = gettext_lazy("Which lists did you keep?")
    about = gettext_lazy("Yours alone. A view gives no right: it asks its list the same question again.")
    empty_title = gettext_lazy("No saved views yet")
    empty_text = gettext_lazy("Open a list, choose its filters, and press “Save this view” above them.")
    headings = (
        Heading(gettext_lazy("View"), "name"),
        Heading(gettext_lazy("List"), "list"),
        Heading(gettext_lazy("Opens first")),
        Heading(gettext_lazy("Change it")),
    )

    def rows(self, records: Sequence[Any]) -> Iterable[list[Cell]]:
        titles: dict[str, str | Promise] = {}
        for view in records:
            if view.list_name not in titles:
                found = list_class(view.list_name, self.request.user)
                titles[view.list_name] = found.title if found else ""
            title = titles[view.list_name]
            yield [
                Cell(view.name, f"{reverse(view.list_name)}?{view.query}" if title else ""),
                Cell(title or _("a list that your roles do not open")),
                Cell(yes_no_words(view.is_default)),
                Cell(_("Change"), reverse("saved_view_change", args=[view.uid])),
            ]
