"""Tracebacks go to a private file without local variables: keys, numbers and headers stay where they are."""

from __future__ import annotations

import os
import traceback
from datetime import UTC, datetime
from pathlib import Path

_LIMIT_BYTES = 1_000_000


class ErrorLog:
    """Appends tracebacks to a 0600 file of bounded size; without a path it only counts."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.count = 0

    def write(self, error: BaseException) -> str:
        """Records the error and says in a few words where; never raises, since it is the last resort."""
        self.count += 1
        if self.path is None:
            return "no error log is set"
        lines = traceback.TracebackException.from_exception(error, capture_locals=False).format()
        stamp = datetime.now(UTC).isoformat(timespec="milliseconds")
        try:
            self._append(f"{stamp} {''.join(lines)}\n")
        except OSError as problem:
            return f"the error log cannot be written: {problem.strerror}"
        return f"details in {self.path}"

    def _append(self, text: str) -> None:
        assert self.path is not None
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        if self.path.exists() and self.path.stat().st_size > _LIMIT_BYTES:
            flags |= os.O_TRUNC
        with os.fdopen(
            os.open(self.path, flags, 0o600), "w", encoding="utf-8", errors="replace"
        ) as file:
            file.write(text)
