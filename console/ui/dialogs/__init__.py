"""Small dialogs over the desk. Each is named after the leg it acts on, and bound to it."""
