"""`python -m genai_ports` runs the command `genai-ports`."""

from __future__ import annotations

from genai_ports.cli import main

if __name__ == "__main__":
    main()
