"""Everything that must go on without a screen. Runs in a process of its own; imports aiohttp."""
