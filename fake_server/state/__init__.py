"""State that survives: a directory with a log of the calls of a server, and now and then a snapshot of its worlds.

A simulated world is deterministic: the same calls at the same times lead to the same world. So a call is written to the
log before it is carried out, and a server that starts again repeats the calls that came after the last snapshot.
"""
