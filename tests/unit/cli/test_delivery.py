"""Questions of the shell: every page of a list, and what an answer means for the exit code."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from console.cli.delivery import _whole_list, answer_code
from console.engine.dispatch import NO_API_KEY
from console.reports import QueryAnswer


class Lists:
    """Answers page by page."""

    def __init__(self, *pages: QueryAnswer) -> None:
        self.pages = list(pages)
        self.asked: list[Mapping[str, object]] = []

    async def __call__(self, _action: str, params: Mapping[str, object]) -> QueryAnswer:
        self.asked.append(params)
        return self.pages.pop(0)


def page(number: int, total: int = 3) -> QueryAnswer:
    meta = {"page_number": number, "total_pages": total}
    return QueryAnswer(ok=True, status=200, data=[{"id": number}], meta=meta)


async def test_whole_list_walks_to_the_last_page() -> None:
    """Each page is asked for once, with the size that was wanted."""
    lists = Lists(page(2), page(3))

    answer = await _whole_list(lists, "apps.list", {"page": {"size": 1}}, page(1))

    assert [row["id"] for row in answer.rows] == [1, 2, 3]
    assert (answer.ok, answer.meta) == (True, {})
    assert lists.asked == [{"page": {"size": 1, "number": n}} for n in ("2", "3")]


async def test_whole_list_is_no_list_where_a_page_is_refused() -> None:
    """Half a list is not given out as the whole one."""
    lists = Lists(page(2), QueryAnswer(ok=False, status=429, message="later"))

    answer = await _whole_list(lists, "apps.list", {}, page(1))

    assert (answer.ok, answer.message) == (False, "later")


async def test_whole_list_ends_where_pages_repeat() -> None:
    """A list that always offers another page is not followed for ever."""
    stuck = QueryAnswer(ok=True, status=200, data=[{"id": 1}], meta={"cursors": {"after": "x"}})
    lists = Lists(stuck, stuck, stuck)

    answer = await _whole_list(lists, "queue.calls", {"queue_name": "a"}, stuck)

    assert len(lists.asked) == 1
    assert answer.ok


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (QueryAnswer(ok=True, status=200), 0),
        (QueryAnswer(ok=False, status=404), 3),
        (QueryAnswer(ok=False, attempts=4), 4),
        (QueryAnswer(ok=False, message=NO_API_KEY), 2),
        (QueryAnswer(ok=False, message="the rate limit leaves no room"), 1),
    ],
)
def test_answer_code_says_who_failed(answer: QueryAnswer, code: int) -> None:
    """Telnyx said no, nobody answered, something is missing here, or it was never sent."""
    assert answer_code(answer) == code
