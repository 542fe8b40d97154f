"""One page of the account's applications, as far as it has been read."""

from __future__ import annotations

from collections.abc import Mapping

from console.domain.values import number
from console.ui.presenters.application_rows import Application, id_of

SIZE = 20


class ApplicationPage:
    """Pages count from 1."""

    def __init__(self) -> None:
        self.found: list[Application] = []
        self.number = 1
        self._pages = 1
        self._total = 0

    def turned(self, page: int, data: object, meta: Mapping[str, object]) -> None:
        """Another page has been read; `meta` is the answer's. What has no id is nothing to work with."""
        items = data if isinstance(data, list) else []
        self.found = [each for each in items if isinstance(each, dict) and id_of(each)]
        self.number = page
        self._pages = max(1, round(number(meta, "total_pages") or 1))
        self._total = round(number(meta, "total_results") or len(self.found))

    def replace(self, application: Application) -> bool:
        """Takes one that was just read in the place of what was known of it; whether it was there."""
        known = [id_of(each) for each in self.found]
        if id_of(application) not in known:
            return False
        self.found[known.index(id_of(application))] = application
        return True

    def why_not(self, step: int) -> str | None:
        """Why there is no page so many further."""
        if step > 0:
            return None if self.number < self._pages else "this is the last page"
        return None if self.number > 1 else "this is the first page"

    @property
    def count_words(self) -> str:
        """`21 in all`."""
        return f"{self._total} in all" if self._total else ""

    @property
    def place_words(self) -> str:
        """`page 1 of 2`; nothing where there is only one."""
        return f"page {self.number} of {self._pages}" if self._pages > 1 else ""
