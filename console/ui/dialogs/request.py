"""What will be sent: the request of a dialog as it stands, with secrets as stars, and its copies for elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from console.errors import UsageError
from console.ui.dialogs.sheet import Copy, SheetScreen

if TYPE_CHECKING:
    from console.ui.dialogs.base import CommandDialog


def show_request(
    dialog: CommandDialog, call_control_id: str | None, params: Mapping[str, object]
) -> None:
    """Opens the request over the dialog; what is missing for it is said instead."""
    from console.telnyx.masking import masked
    from console.telnyx.rendering import DEFAULT_BASE_URL, as_curl, as_http, as_python, as_send
    from console.telnyx.requests import build

    health = dialog.services.health
    base_url = (health.base_url if health is not None else "") or DEFAULT_BASE_URL
    safe = masked(params)
    action = dialog.command
    call = call_control_id if dialog.action.needs_call else None
    try:
        request = build(action, call_control_id=call, params=safe, command_id=dialog.command_id)
    except UsageError as error:
        dialog.app.notify(error.user_message, severity="warning", markup=False)
        return
    copies = {
        "c": Copy("copy as curl", lambda: as_curl(request, base_url=base_url)),
        "p": Copy(
            "copy as Python",
            lambda: as_python(action, call_control_id=call, params=safe, base_url=base_url),
        ),
        "s": Copy("copy as send", lambda: as_send(action, call_control_id=call, params=safe)),
    }
    text = as_http(request, base_url=base_url)
    dialog.app.push_screen(
        SheetScreen("What will be sent", text, dialog.services.look.glyphs, copies)
    )
