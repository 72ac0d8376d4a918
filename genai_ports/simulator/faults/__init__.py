"""Faults: errors, delays, disrupted responses and failing work, on demand."""
