"""What a desk is made of: tasks in groups, and figures beside them. Plain values that the template shows."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.functional import Promise

from district.page_parts import Fact, Status

Words = str | Promise

SHOWN = 5
"""Tasks of one kind on the desk; the others are one press away."""


@dataclass(frozen=True)
class Task:
    """One thing to do: its state and since when, about whom, what it is about, and where it is done."""

    status: Status
    when: Words
    title: Words
    text: Words
    url: str
    action: Words


@dataclass(frozen=True)
class Group:
    """Tasks of one kind. `total` counts those not shown too; `more` leads to them."""

    title: Words
    tasks: tuple[Task, ...]
    total: int
    more: tuple[str, Words] | None = None

    @property
    def hidden(self) -> int:
        """How many tasks of the group are not shown."""
        return self.total - len(self.tasks)


@dataclass(frozen=True)
class Panel:
    """A few figures of the day."""

    title: Words
    facts: tuple[Fact, ...]
    more: tuple[str, Words] | None = None


@dataclass(frozen=True)
class DeskContent:
    """The whole desk of one person."""

    groups: tuple[Group, ...] = ()
    panels: tuple[Panel, ...] = field(default_factory=tuple)

    @property
    def waiting(self) -> int:
        """How many things wait."""
        return sum(group.total for group in self.groups)
