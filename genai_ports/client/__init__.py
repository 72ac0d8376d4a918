"""What applications use: a port for each kind of resource, and one client that implements them over any backend."""
