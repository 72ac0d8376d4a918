"""Releases models: imports a guard model, fine-tunes a base model, and serves it at an endpoint."""
