"""Pure functions from facts to rows of text. No widget, no clock, no I/O; of Rich only its cell widths are used."""
