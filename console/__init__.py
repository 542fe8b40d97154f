"""Call Console: a keyboard-first terminal console for live Telnyx calls."""

__version__ = "0.1.0"
