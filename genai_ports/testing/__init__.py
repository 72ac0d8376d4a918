"""The test kit: the contract for backends, Hypothesis strategies, a lock-step machine, and tools for the OCI SDK."""
