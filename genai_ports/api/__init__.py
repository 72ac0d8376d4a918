"""Oracle's resources as immutable values, and the operations on them. Standard library only."""
