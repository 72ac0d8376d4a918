"""The simulator: how the service behaves. No wire, no HTTP, no SDK, no threads, no real time."""
