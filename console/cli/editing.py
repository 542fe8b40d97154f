"""A webhook's body changed by hand in the editor that the person uses: `$VISUAL`, `$EDITOR`, else one that is there."""

from __future__ import annotations

import click

from console.errors import UsageError


def edited(body: bytes) -> bytes | None:
    """The body as the person leaves it; None where nothing was changed. Raises `UsageError`.

    The text lies in a file of its own meanwhile (0600), which is removed afterwards.
    """
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise UsageError("this body is no text: it cannot be edited") from error
    try:
        changed = click.edit(text, extension=".json", require_save=True)
    except (click.ClickException, OSError) as error:
        why = error.message if isinstance(error, click.ClickException) else error.strerror
        raise UsageError(f"the editor failed: {why}; set EDITOR to one that is there") from error
    except UnicodeDecodeError as error:
        raise UsageError("what the editor left is no UTF-8: nothing was changed") from error
    if changed is None:
        return None
    # Editors end the last line; the bytes that were recorded may not.
    if not text.endswith("\n"):
        changed = changed.removesuffix("\n")
    return None if changed == text else changed.encode()
