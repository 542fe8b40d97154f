"""Widgets that draw lines: they receive data, never fetch it, and know presenters and messages, not screens."""
