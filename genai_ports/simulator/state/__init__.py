"""The state of a simulated world: its resources, ids, clock, journal and retry tokens."""
