"""docs/scenarios.md says what the parser knows."""

import re
from pathlib import Path

import msgspec
import pytest

from console.simulator.scenarios.script import STEPS, Fault
from tests.unit.simulator.rehearsal import rehearse, scenario_of

DOCS = (Path(__file__).parents[3] / "docs" / "scenarios.md").read_text("utf-8")


def test_example_of_the_docs_plays() -> None:
    """It can be copied as it stands."""
    example = re.search(r"```toml\n(.*?)```", DOCS, re.DOTALL)
    assert example is not None

    assert rehearse(scenario_of(example[1])).report.ok


@pytest.mark.parametrize("word", STEPS)
def test_docs_name_every_step_and_key(word: str) -> None:
    """A row of the table for each kind of step, with all of its keys."""
    (row,) = [line for line in DOCS.splitlines() if line.startswith(f"| `{word}` |")]
    keys = {field.encode_name for field in msgspec.structs.fields(STEPS[word])}

    assert {key for key in keys - {"after_s", "at_s"} if f"`{key}`" not in row} == set()


def test_docs_name_every_fault() -> None:
    """A row of the second table for each."""
    kinds = msgspec.json.schema(Fault)["$defs"]["Fault"]["properties"]["kind"]["enum"]

    assert all(f"| `{kind}` |" in DOCS for kind in kinds)
