"""The backends: the simulator in memory, and any server of the API through the OCI SDK."""
