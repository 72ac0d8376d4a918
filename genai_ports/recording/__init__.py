"""Recorded traffic: cassettes in the format of vcrpy, read, written, scrubbed, replayed and compared."""
