"""Taking an application's webhook URL for a while, and giving it back."""
