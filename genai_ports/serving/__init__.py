"""Serving: from an HTTP request to a simulator and back, or to the refusal of what is not a call; without a socket."""
