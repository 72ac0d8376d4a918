"""`python -m genai_ports.cli`: the same as `genai-ports`."""

from __future__ import annotations

from genai_ports.cli import main

if __name__ == "__main__":
    main()
