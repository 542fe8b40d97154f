"""What is wrong with this installation, and what to do about it: checks that are pure, probes that are thin.

A check turns what was found into `Finding`s; a probe looks, within a time, and raises nothing. Must not import the screen.
"""
