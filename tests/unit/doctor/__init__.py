"""What `doctor` finds: every check broken and mended."""
