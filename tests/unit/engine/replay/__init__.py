"""Tests of sending recorded deliveries again."""
