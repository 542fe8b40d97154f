"""The command line, one module per command group; the only place where the parts are put together."""
