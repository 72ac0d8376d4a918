"""Leaves out what a backend here declares that it cannot do, so that a test run of the project skips nothing."""

from __future__ import annotations


def pytest_collection_modifyitems(config, items):
    lacking = [item for item in items if lacks(item)]
    config.hook.pytest_deselected(items=lacking)
    items[:] = [item for item in items if not lacks(item)]


def lacks(item):
    cannot = getattr(getattr(item, "cls", None), "cannot", {})
    return any(capability in cannot for mark in item.iter_markers("needs_capability") for capability in mark.args)
