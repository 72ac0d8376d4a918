"""What a test can observe of a world: timelines of resources, and clients in trouble."""
