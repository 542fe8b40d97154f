"""The journal: the durable, ordered, deduplicated log of entries that everything else is built from."""
