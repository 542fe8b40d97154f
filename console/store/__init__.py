"""The reactive store: follows a journal, keeps the board, tells subscribers which keys changed."""
