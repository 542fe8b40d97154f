"""Scenarios: call flows written down in TOML and played through the simulator's own state machines."""
