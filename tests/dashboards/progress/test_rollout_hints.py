"""Which stage figures would fit: pure, and a hint only."""

import pytest

from commitments.models import Stage
from dashboards.rollout.definitions import NEEDS
from dashboards.rollout.hints import Signs, hint


@pytest.mark.parametrize(
    ("signs", "stage", "needs"),
    [
        (Signs(0), "exploration", ("keeper",)),
        (Signs(0, 0.9), "installation", ("keeper",)),
        (Signs(0, 0.1), "installation", ("keeper", "used")),
        (Signs(5), "installation", ("used",)),
        (Signs(5, 0.3), "installation", ("used",)),
        (Signs(1, 1 / 3), "initial", ("keepers", "in_place")),
        (Signs(1, None, 4), "initial", ("keepers", "in_place")),
        (Signs(3, 0.69), "initial", ("in_place",)),
        (Signs(3, 0.7), "full", ()),
        (Signs(3, 0.7, 12), "full", ()),
        (Signs(3, 0.7, 0), "initial", ("circles",)),
        (Signs(2, 1.0, 12), "initial", ("keepers",)),
    ],
)
def test_the_furthest_stage_for_which_every_sign_is_there(signs, stage, needs):
    found = hint(signs)
    assert (found.stage, found.needs) == (stage, needs)
    assert found.stage in Stage.values
    assert set(found.needs) <= set(NEEDS)


def test_stages_stand_in_their_order():
    assert [stage.rank for stage in Stage] == [1, 2, 3, 4]
    assert Stage.from_on("initial") == ["initial", "full"]
