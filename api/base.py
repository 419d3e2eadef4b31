"""What every endpoint shares: who may, which rows, in which form, and the trace that reading leaves."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from rest_framework import exceptions, serializers, status
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from api.fields import ReasonSerializer, row_serializer
from api.pagination import BoundedPagination
from api.parsers import StrictJSONParser
from api.permissions import PolicyPermission
from api.schema import FilterParameters, TruthfulSchema
from api.throttling import MinuteThrottle
from district.access import Permission
from district.accounts import session_is_fresh
from district.columns import RecordTable
from district.downloads import STUDENT_ROWS
from district.exports import CONTENT_TYPES, file_of
from district.filtering import StrictFilterSet
from district.models import User
from district.reads import record_list, record_view

JSON = "json"
FORMATS = (JSON, *CONTENT_TYPES)


class OneAnswer(BaseContentNegotiation):
    """JSON whatever `Accept` says: `?format=` chooses a file, and an error is JSON for a browser too."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        media_type = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == media_type), None)

    def select_renderer(self, request: Any, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class Endpoint(APIView):
    """One address of the API. A view names `needs` (one permission, or several of which any one opens it) for
    reading, or `permissions` by method and action."""

    needs: ClassVar[Permission | tuple[Permission, ...] | None] = None
    permissions: ClassVar[dict[str, Any]] = {}
    permission_classes = (PolicyPermission,)
    throttle_classes = (MinuteThrottle,)
    parser_classes = (StrictJSONParser,)
    content_negotiation_class = OneAnswer
    metadata_class = None
    schema = TruthfulSchema()
    request: Any

    def initialize_request(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if request.encoding:  # the charset of a body says nothing about the address, and not every codec is one of text
            request.encoding = None
        return super().initialize_request(request, *args, **kwargs)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        patch_cache_control(response, no_store=True)
        return response

    def chosen_format(self) -> str:
        """Return what `?format=` asks for: json (also when it is absent), csv or xlsx."""
        values = set(self.request.query_params.getlist("format")) or {JSON}
        if len(values) > 1 or not values <= set(FORMATS):
            raise exceptions.ValidationError({"format": [_("One of: %(values)s.") % {"values": ", ".join(FORMATS)}]})
        return values.pop()

    def refuse_query(self) -> None:
        """Refuse every query key but format=json: a single record knows no filters."""
        unknown = {key: [_("Unknown parameter.")] for key in self.request.query_params if key != "format"}
        if not unknown and self.chosen_format() != JSON:
            unknown = {"format": [_("Only a list can be a file.")]}
        if unknown:
            raise exceptions.ValidationError(unknown)


class Collection(Endpoint, GenericViewSet):
    """The records of one model that the caller may read: a list, and each of them by its id.

    `permissions` maps GET, POST and PATCH (and the name of a further action) to the permissions of which any one
    opens it; `table` says what is shown, `filterset_class` what may be asked. Records that pass through states
    (`has_states`) refuse a step that theirs does not allow: 409.
    """

    table: ClassVar[RecordTable]
    filterset_class: ClassVar[type[StrictFilterSet]]
    has_states: ClassVar[bool] = False
    pagination_class = BoundedPagination
    filter_backends = (FilterParameters,)
    lookup_field = "uid"
    lookup_url_kwarg = "id"
    lookup_value_regex = "[^/]+"

    def get_queryset(self) -> QuerySet:
        """Rows that the caller may read."""
        if getattr(self, "swagger_fake_view", False):
            return self.table.model._default_manager.none()
        return self.table.model._default_manager.all().visible_to(self.request.user)

    def get_serializer_class(self) -> type[serializers.Serializer]:
        """Describe the answer, for the documentation; rows themselves are plain values (see RecordTable)."""
        return row_serializer(self.table, detail=self.action != "list")

    def list(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        file_format = self.chosen_format()
        if file_format != JSON:
            self.check_export(request.user)
        scope = self.get_queryset()
        filterset = self.filterset_class(request.query_params, scope, request=request)
        if not filterset.is_valid():
            raise exceptions.ValidationError(
                {key: [str(text) for text in texts] for key, texts in filterset.errors.items()}
            )
        if file_format != JSON:
            return self.file(filterset, file_format)
        pages: Any = self.paginator
        rows = pages.paginate(filterset.qs, request, filterset.order, scope)
        page = pages.cut(self.table.objects(rows, request.user))
        if self.table.about_students:
            record_list(self.table, filterset, count=len(page), by=request.user)
        return pages.get_paginated_response(page)

    def retrieve(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        self.refuse_query()
        row = self.row()
        found = self.table.objects(row, request.user, detail=True)
        if self.table.about_students:
            record_view(self.table, row, by=request.user)
        return Response(found[0])

    def check_export(self, user: User) -> None:
        """Records of students leave the system only with the permission for that."""
        if self.table.about_students and not user.holds(Permission.RECORDS_EXPORT):
            raise exceptions.PermissionDenied()

    def file(self, filterset: StrictFilterSet, file_format: str) -> HttpResponseBase:
        """Return the filtered rows as a file: of students' records, those where the caller may export."""
        if paging := [key for key in ("page", "page_size", "cursor") if key in filterset.data]:
            raise exceptions.ValidationError({key: [_("A file holds all rows.")] for key in paging})
        rows, user = filterset.qs, self.request.user
        if self.table.about_students:
            exportable = self.table.model._default_manager.all().allowed(user, Permission.RECORDS_EXPORT)
            rows = rows.filter(pk__in=exportable.order_by().values("pk"))
            if self.request.auth is None:
                self.check_session_file(rows)
        return file_of(self.table, rows, filterset, file_format=file_format, by=user)

    def check_session_file(self, rows: QuerySet) -> None:
        """With a browser's session, a file about students is what a page gives: this is no way around its rules."""
        if not session_is_fresh(self.request):
            raise exceptions.PermissionDenied(_("A file needs a sign-in of the last ten minutes, or a token."))
        if rows.order_by()[: STUDENT_ROWS + 1].count() > STUDENT_ROWS:
            text = _("At most %(limit)d rows without a token. Narrow the list with a filter.")
            raise exceptions.PermissionDenied(text % {"limit": STUDENT_ROWS})

    def row(self, queryset: QuerySet | None = None) -> QuerySet:
        """Return the one row that the address names, as a queryset. One that is out of scope is as absent as any."""
        rows = self.get_queryset() if queryset is None else queryset
        text = str(self.kwargs[self.lookup_url_kwarg])
        try:
            uid = uuid.UUID(text)
        except ValueError:
            raise exceptions.NotFound()
        key = rows.filter(uid=uid).values_list("pk", flat=True).first() if str(uid) == text.lower() else None
        if key is None:
            raise exceptions.NotFound()
        return self.table.model._default_manager.filter(pk=key)

    def answer(self, record: Any, code: int = status.HTTP_200_OK, **more: Any) -> Response:
        """Answer a write with the record as it now is, and `more` beside it."""
        rows = self.table.model._default_manager.filter(pk=record.pk)
        found = self.table.objects(rows, self.request.user, detail=True)[0] | more
        return self.made(found) if code == status.HTTP_201_CREATED else Response(found, status=code)

    def made(self, found: dict[str, Any]) -> Response:
        """Answer with a record that was made: 201, and where it is."""
        address = self.reverse_action("detail", kwargs={self.lookup_url_kwarg: found["id"]})
        return Response(found, status=status.HTTP_201_CREATED, headers={"Location": address})

    def body(self, serializer_class: type[serializers.Serializer], **options: Any) -> dict[str, Any]:
        """Return the checked body of the request. Raises ValidationError with field → messages."""
        self.refuse_query()
        serializer = serializer_class(data=self.request.data, context={"request": self.request}, **options)
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data


class VoidableCollection(Collection):
    """Records that a mistake voids: `POST …/void/` with a reason. The row stays."""

    has_states = True
    void_permission: ClassVar[Permission]

    def voided(self, verb: Callable[..., Any], name: str) -> Response:
        """Void the record that the address names, among those where the caller may void."""
        rows = self.get_queryset().filter(
            pk__in=self.table.model._default_manager.all()
            .allowed(self.request.user, self.void_permission)
            .order_by()
            .values("pk")
        )
        record = self.row(rows).get()
        reason = self.body(ReasonSerializer)["reason"]
        return self.answer(verb(**{name: record}, reason=reason, by=self.request.user))
