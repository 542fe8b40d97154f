"""Lists in pages: what to ask for next, whichever way the answer's `meta` counts. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from console.domain.values import mapping
from console.telnyx.catalogue import Command

MAX_PAGES = 10_000
POSITIONS = ("after", "before", "number")
"""The members of `page` that say which page is meant; the others say how it is cut."""


def next_position(meta: Mapping[str, object], page: Mapping[str, object]) -> tuple[str, str] | None:
    """The member of `page` that leads to the next page and its value, None after the last one.

    `page` is what was asked for.
    """
    cursors = meta.get("cursors")
    if isinstance(cursors, dict):
        after = cursors.get("after")
        is_last = "next" in meta and not meta["next"]
        if is_last or not isinstance(after, str | int) or not after:
            return None
        return "after", str(after)
    total = whole(meta.get("total_pages"))
    number = whole(meta.get("page_number")) or whole(page.get("number")) or 1
    if total is None or number >= total:
        return None
    return "number", str(number + 1)


def pages_of(params: Mapping[str, object]) -> Mapping[str, object]:
    """What parameters say of pages, whichever way they are spelled: `page.size`, or `page[size]` as some lists have it."""
    flat = {name[5:-1]: value for name, value in params.items() if name.startswith("page[")}
    return {**mapping(params, "page"), **flat}


def with_page(
    command: Command, params: Mapping[str, object], step: tuple[str, str]
) -> dict[str, object]:
    """The parameters that ask for another page."""
    page = {n: value for n, value in pages_of(params).items() if n not in POSITIONS} | dict([step])
    others = {n: value for n, value in params.items() if n != "page" and not n.startswith("page[")}
    if command.parameter("page", "query") is not None:
        return {**others, "page": page}
    return {**others, **{f"page[{name}]": value for name, value in page.items()}}


def has_more(meta: Mapping[str, object]) -> bool:
    """Whether a list's answer says that there are further pages."""
    return next_position(meta, {}) is not None


def whole(value: object) -> int | None:
    """A whole number, also where it came as text; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    digits = value.strip() if isinstance(value, str) else ""
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 16 else None
