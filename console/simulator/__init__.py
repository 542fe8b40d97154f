"""A Telnyx to practise against: the voice API, call behaviour, signed webhooks, faults."""
