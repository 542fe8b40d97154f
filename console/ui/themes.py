"""Two calm themes with one accent colour; Textual's own can be chosen too, `ansi-dark` and `ansi-light` among them."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="console-dark",
    primary="#5fb3b3",
    secondary="#7a8b99",
    accent="#5fb3b3",
    foreground="#d0d4d8",
    background="#14181c",
    surface="#1a1f24",
    panel="#242b32",
    success="#7fb87f",
    warning="#d9b26f",
    error="#d97f7f",
    dark=True,
)

LIGHT = Theme(
    name="console-light",
    primary="#00696b",
    secondary="#5c6870",
    accent="#00696b",
    foreground="#20262b",
    background="#fbfbf9",
    surface="#f2f2ef",
    panel="#e4e5e1",
    success="#2f6f35",
    warning="#8a5a00",
    error="#a32a2a",
    dark=False,
)

OWN = (DARK, LIGHT)
