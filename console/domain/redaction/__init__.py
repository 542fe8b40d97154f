"""Masking what tells who called whom and what was said, for files that are handed on and for screens that are shared."""
