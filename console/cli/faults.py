"""What is wrong with settings although their shape is right: references that lead nowhere, plans that cannot work."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from console.cli.composition import forward_plan
from console.config.contacts import Contacts
from console.config.filters import column_faults, filter_faults
from console.config.load import Loaded, Origin
from console.config.presets import command_faults
from console.config.secrets import public_key
from console.errors import ConfigError

_PUBLIC_KEY_BYTES = 32


def setting_faults(loaded: Loaded) -> Iterator[str]:
    """A sentence for each; whether the API key can be had is another question (`console.config.secrets`)."""
    yield from filter_faults(loaded.filters)
    yield from column_faults(loaded.settings.screen.columns, loaded.settings.screen.sort)
    if loaded.keys:
        from console.ui.keymap import keymap

        for key_fault in keymap(loaded.keys).faults:
            yield f"{loaded.file}: {key_fault}"
    for preset in loaded.presets.values():
        yield from command_faults(preset)
    yield from public_key_faults(loaded)
    yield from forward_faults(loaded)
    yield from tunnel_faults(loaded)
    yield from admin_faults(loaded)
    try:
        Contacts.load(loaded.contacts_path)
    except ConfigError as error:
        yield error.user_message


def public_key_faults(loaded: Loaded) -> Iterator[str]:
    """A public key that is none."""
    try:
        key = public_key(loaded)
    except ConfigError as error:
        yield error.user_message
        return
    if key is not None and not is_public_key(key):
        yield f"api.public_key ({loaded.sources['api.public_key']}): not base64 of 32 bytes; copy it again"


def forward_faults(loaded: Loaded) -> Iterator[str]:
    """A plan the engine would not start with, and one that somebody wrote down and that does nothing."""
    forward = loaded.settings.forward
    try:
        forward_plan(forward, loaded.settings.listen.port)
    except ConfigError as error:
        yield error.user_message
        return
    source = loaded.sources["forward.mode"]
    is_asked_for = source.origin is not Origin.DEFAULT
    if is_asked_for and forward.mode == "front" and not (forward.target or forward.observers):
        yield (
            f"forward.mode ({source}) is front, but forward.target names no application:"
            " set forward.target, or leave the mode out"
        )


def tunnel_faults(loaded: Loaded) -> Iterator[str]:
    """A command or a pattern that cannot be read."""
    from console.engine.tunnel.plan import plan_of

    tunnel = loaded.settings.tunnel
    try:
        plan_of(tunnel.command, tunnel.url_pattern, tunnel.start_timeout_s)
    except ConfigError as error:
        yield error.user_message


def admin_faults(loaded: Loaded) -> Iterator[str]:
    """An admin port that is the webhooks' own, which the internet reaches."""
    admin, listen = loaded.settings.admin, loaded.settings.listen
    if admin.port and admin.port == listen.port:
        yield f"admin.port is {admin.port}, the webhooks' own port (listen.port): take another"


def is_public_key(text: str) -> bool:
    """Whether it has the shape of an account's public key."""
    try:
        return len(base64.b64decode(text, validate=True)) == _PUBLIC_KEY_BYTES
    except (binascii.Error, ValueError):
        return False
