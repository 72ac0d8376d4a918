"""Asynchronous work: operations, the scheduler that moves them, lifecycles, paces and log lines."""
