"""What calls are and what follows from what we were told about them.

Pure: no I/O, no clock, nothing third-party and nothing else of ours (checked by an import contract).
"""
