"""Forms made from the catalogue: what can be typed for a command, what it becomes, what is wrong with it. No Textual."""
