"""Race and sex on the records that figures count, so that one index answers for a district."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F


class GroupColumn(models.CharField):
    """A value of the student in the school year, copied from enrollment by `discipline.groups`; null: not copied yet.

    Saving a record leaves it as it stands in the database: what the record was read with may be old by then.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"max_length": 10, "null": True, "editable": False} | options)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        return super().pre_save(model_instance, add) if add else F(self.attname)


class Grouped(models.Model):
    """A record of one student in one school year, counted by race and sex."""

    race = GroupColumn()
    sex = GroupColumn()

    class Meta:
        abstract = True
