"""The indicators that Reweave ships, in words of its own, over the twelve dimensions that published instruments share.

Dimensions: Gregory and others, Rutgers University, 12 Indicators of Restorative Practices Implementation v2.1 (2020).
The indicators are ours and neutral; a district that uses a published instrument puts its own items in.
"""

from __future__ import annotations

DEFAULT_NAME = "Twelve dimensions of restorative practice"

INDICATORS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "Support of leadership",
        (
            "Time for restorative practice stands in the schedule and the budget of this year.",
            "School leaders take part in circles themselves.",
        ),
    ),
    (
        "Buy-in and shared leadership",
        (
            "A team with staff, students, families and community partners steers the practice.",
            "Most staff can say in their own words why the school works this way.",
        ),
    ),
    (
        "Discipline policy",
        (
            "The written discipline policy offers a restorative response before removal.",
            "Staff and families have the policy in the languages they read.",
        ),
    ),
    (
        "Decisions from data",
        (
            "The team looks at removals and circles at least every month.",
            "What it finds leads to a written next step with a name and a day.",
        ),
    ),
    (
        "Equity",
        (
            "Removals and restorative responses are compared by group, and differences are talked about.",
            "Groups most often removed help to decide what changes.",
        ),
    ),
    (
        "Learning of adults",
        (
            "Every adult who works with students has had an introduction to restorative practice.",
            "Keepers are coached in their first circles and meet to learn from one another.",
        ),
    ),
    (
        "Voice of students",
        (
            "Students keep or help to keep circles.",
            "Students have a say in how harm is answered.",
        ),
    ),
    (
        "Families and community",
        (
            "Families are invited to circles that concern their children, at times they can come.",
            "Community partners have a part in training, keeping or deciding.",
        ),
    ),
    (
        "Social and emotional learning",
        (
            "Students are taught to name feelings and needs, and to listen.",
            "Adults speak with students the same way.",
        ),
    ),
    (
        "Circles that build community",
        (
            "Most classes meet in a circle at least once a week.",
            "Circles are kept in every grade of the school.",
        ),
    ),
    (
        "Repair of smaller harm",
        (
            "Conflicts are answered with a restorative conversation on the same or the next school day.",
            "Those involved agree on what repairs it, and somebody looks whether it was done.",
        ),
    ),
    (
        "Conferences after serious harm",
        (
            "Nobody comes to a conference without having been prepared and having said yes.",
            "A student who was removed is welcomed back with a circle and a plan.",
        ),
    ),
)
"""Dimension → its indicators."""
