"""One clock for a world and its clients, and an error for waits that never end on it."""
