"""Prints the custom models and endpoints of a compartment: `python -m model_ops.inventory COMPARTMENT`."""

from __future__ import annotations

import sys

from genai_ports import connect


def lines(compartment_id: str) -> list[str]:
    """Return a line for each custom model and endpoint; GENAI_PORTS_URL says where they are."""
    with connect() as genai:
        models = [
            f"model {each.display_name} {each.lifecycle_state}"
            for each in genai.list_models(compartment_id)
            if each.type == "CUSTOM"
        ]
        return models + [
            f"endpoint {each.display_name} {each.lifecycle_state}" for each in genai.list_endpoints(compartment_id)
        ]


if __name__ == "__main__":
    print("\n".join(lines(sys.argv[1])))
