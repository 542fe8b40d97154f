"""Watching without a URL: what Telnyx's records say, read again and again with an API key only.

`pace` decides when to ask next and `reading` what with and what the answers mean, both pure; `intake` keeps what the
journal lacks; `cursor` finds where an earlier engine had read to; `poller` does the asking.
"""
