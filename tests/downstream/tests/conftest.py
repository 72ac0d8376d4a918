from pipelines import pipeline  # noqa: F401  # a fixture of all tests
