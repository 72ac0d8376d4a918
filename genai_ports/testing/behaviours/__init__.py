"""What the contract says, by subject; `genai_ports.testing.contract` puts it together."""

from __future__ import annotations

from pkgutil import iter_modules

import pytest

# What is in tests is told in full by pytest when it fails; what tests import, only when asked for before.
pytest.register_assert_rewrite(*(module.name for module in iter_modules(__path__, prefix=f"{__name__}.")))
