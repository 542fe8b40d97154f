"""Standing in front of an application: webhooks go on to it, and its answer is ours.

Nothing here knows a screen, a store or a renderer: a fault in the display must not be able to cost a call.
"""
