"""Certifying: the first half of the contract runs against an endpoint as it is, and what it made is deleted."""
