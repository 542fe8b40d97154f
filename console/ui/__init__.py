"""The screen. The only part that imports Textual; it is given a store and an operator by the command line."""
