"""What can be set, where each value came from, loading, checking and writing."""
