"""What applications hold: narrow ports, and one client above whatever backend carries the calls."""
