"""The wire: webhook decoding, signatures, the command catalogue, the HTTP client, error codes."""
