"""The filter language in its parts: terms, how they are read, and what they mean for legs and for entries."""
