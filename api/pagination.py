"""Pages of a list: by number to the hundredth, deeper by a cursor; the count is exact to 10,000.

Counting all rows of a large list, or skipping many of them, costs more than the page itself. A cursor names the row to
go on from by its id: its values may be a student's name, which has no place in an address.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from district import ordering
from district.ordering import Term

DEFAULT_SIZE = 50
MAX_SIZE = 200
MAX_PAGE = 100
MAX_COUNT = 10_000

AFTER, BEFORE = "after", "before"


class BoundedPagination(BasePagination):
    """`?page=` and `?page_size=`, or `?cursor=` from a `next` or `previous` link."""

    def paginate(
        self, queryset: models.QuerySet, request: Any, order: Sequence[Term], scope: models.QuerySet
    ) -> models.QuerySet:
        """Return the rows of the page asked for, and one more where there is one; `cut` tells them apart.

        `queryset` is filtered, in `order`; a cursor must name a row of `scope`, the rows that the caller may see.
        Raises ValidationError for a page, size or cursor out of bounds.
        """
        self.request = request
        self.size = self._whole("page_size", DEFAULT_SIZE, MAX_SIZE)
        self.page = self._whole("page", 1, MAX_PAGE)
        self.cursor = request.query_params.get("cursor")
        self.is_backwards = False
        counted = queryset.order_by().values("pk")[: MAX_COUNT + 1].count()
        self.count = counted if counted <= MAX_COUNT else None
        if self.cursor is None:
            start = (self.page - 1) * self.size
            keys = queryset[start : start + self.size + 1]
        else:
            values = self._row_of_cursor(scope, order)
            further = queryset.filter(ordering.beyond(order, values, backwards=self.is_backwards))
            keys = ordering.ordered(further, order, backwards=self.is_backwards)[: self.size + 1]
        # The page is found by its keys and what orders them; the other columns are read for its rows only.
        page = queryset.model._default_manager.filter(pk__in=keys.values("pk"))
        return ordering.ordered(page, order, backwards=self.is_backwards)

    def cut(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Take the rows read, learn from the one too many whether the list goes on, and return the page."""
        has_more = len(rows) > self.size
        self.rows = rows[: self.size]
        if self.is_backwards:
            self.rows.reverse()
        self.has_next = bool(self.rows) if self.is_backwards else has_more
        self.has_previous = has_more if self.is_backwards else bool(self.rows)
        return self.rows

    def get_paginated_response(self, data: list[Any]) -> Response:
        envelope: dict[str, Any] = {"count": self.count}
        if self.count is None:
            envelope["count_at_least"] = MAX_COUNT
        return Response(envelope | {"next": self._next(), "previous": self._previous(), "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["count", "next", "previous", "results"],
            "properties": {
                "count": {
                    "type": "integer",
                    "nullable": True,
                    "description": "Exact up to 10,000 rows; beyond that null, with `count_at_least`.",
                },
                "count_at_least": {"type": "integer", "description": "Only where `count` is null."},
                "next": {**link, "description": "The following page; this works to any depth."},
                "previous": link,
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            _parameter("page", MAX_PAGE, 1, "Page number. Deeper, follow `next`."),
            _parameter("page_size", MAX_SIZE, DEFAULT_SIZE, "Rows on a page."),
            {
                "name": "cursor",
                "in": "query",
                "description": "Taken from a `next` or `previous` link, instead of `page`.",
                "schema": {"type": "string"},
            },
        ]

    def _whole(self, name: str, default: int, most: int) -> int:
        text = self.request.query_params.get(name)
        if text is None:
            return default
        if not (text.isascii() and text.isdigit() and len(text) <= 6 and 1 <= int(text) <= most):
            raise ValidationError({name: [_("Give a whole number from 1 to %(most)d.") % {"most": most}]})
        return int(text)

    def _row_of_cursor(self, scope: models.QuerySet, order: Sequence[Term]) -> tuple[Any, ...]:
        """Return the values of the cursor's row in the columns of the order."""
        if "page" in self.request.query_params:
            raise ValidationError({"cursor": [_("Give page or cursor, not both.")]})
        direction, _sign, text = self.cursor.partition("-")
        try:
            uid = uuid.UUID(text)
        except ValueError:
            uid = None
        values = scope.order_by().filter(uid=uid).values_list(*(term.path for term in order)).first() if uid else None
        if values is None or direction not in (AFTER, BEFORE):
            raise ValidationError({"cursor": [_("This cursor does not belong to this list.")]})
        self.is_backwards = direction == BEFORE
        return values

    def _next(self) -> str | None:
        if not self.has_next:
            return None
        if self.cursor is None and self.page < MAX_PAGE:
            return replace_query_param(self.request.build_absolute_uri(), "page", self.page + 1)
        return self._with_cursor(AFTER, self.rows[-1])

    def _previous(self) -> str | None:
        if self.cursor is None:
            address = self.request.build_absolute_uri()
            return replace_query_param(address, "page", self.page - 1) if self.page > 1 else None
        return self._with_cursor(BEFORE, self.rows[0]) if self.has_previous else None

    def _with_cursor(self, direction: str, row: dict[str, Any]) -> str:
        address = remove_query_param(self.request.build_absolute_uri(), "page")
        return replace_query_param(address, "cursor", f"{direction}-{row['id']}")


def _parameter(name: str, most: int, default: int, description: str) -> dict[str, Any]:
    schema = {"type": "integer", "minimum": 1, "maximum": most, "default": default}
    return {"name": name, "in": "query", "description": description, "schema": schema}
