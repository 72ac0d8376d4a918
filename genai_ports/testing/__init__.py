"""What is shipped for tests: strategies that make documents of Oracle's resources."""
