"""Recorded deliveries sent again: the sender, and the engine's door to it."""
