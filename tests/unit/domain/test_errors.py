"""What is wrong within a message is told with the way to it."""

import pytest

from flexmeasures.domain.errors import InvalidParts, UnreadableParts


@pytest.mark.parametrize("refusal", [InvalidParts, UnreadableParts])
def test_each_field_is_named_by_the_way_to_it(refusal: type[InvalidParts | UnreadableParts]) -> None:
    tree = {
        "flex-model": {"0": {"soc-min": ["No energy.", "No number."]}},
        "duration": ["Too long."],
        "start": "No time.",
    }

    error = refusal(tree)

    assert str(error) == "flex-model.0.soc-min: No energy. No number.; duration: Too long.; start: No time."
    assert error.tree == tree
