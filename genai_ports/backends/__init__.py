"""The adapters: ways to reach the simulator in memory, or anything that speaks the API through the OCI SDK."""
