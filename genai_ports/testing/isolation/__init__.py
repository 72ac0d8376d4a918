"""What a test cannot reach: the configuration of its machine, other machines, and what other tests left behind."""
