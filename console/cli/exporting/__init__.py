"""Writing calls into files: choosing entries, masking them, and the four formats."""
