"""How the line does: counts of calls by minute, and the standard figures made of them. Pure.

`Metrics` takes in entries, in any order and repetition of the same calls; `figures` says what they come to. Every figure
carries its formula, its parameters and the counts that went in. Definitions: docs/metrics.md.
"""
