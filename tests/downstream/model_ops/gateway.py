"""The models that our gateway in Frankfurt may use. The gateway signs requests, so this client needs no key.

The client is made when this module is imported, and its endpoint is fixed.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from oci.generative_ai import GenerativeAiClient

if TYPE_CHECKING:
    from oci._vendor.requests import PreparedRequest

_CONFIG: Final = {
    "region": "eu-frankfurt-1",
    "tenancy": "ocid1.tenancy.oc1..gateway",
    "user": "ocid1.user.oc1..gateway",
    "fingerprint": "00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff",
    "key_file": "none",
}


def _signer(request: PreparedRequest) -> PreparedRequest:
    request.headers["x-gateway"] = "model-ops"
    return request


CLIENT: Final = GenerativeAiClient(
    _CONFIG, signer=_signer, service_endpoint="https://generativeai.eu-frankfurt-1.oci.oraclecloud.com"
)


@cache
def client_of(region: str) -> Any:
    """Return the client of a region; it is made once."""
    return GenerativeAiClient({**_CONFIG, "region": region}, signer=_signer)


def vendors(compartment_id: str) -> list[str]:
    """Return the vendors of the models in Frankfurt."""
    return sorted({model.vendor for model in CLIENT.list_models(compartment_id).data.items})


def has_model(compartment_id: str, name: str, *, region: str) -> bool:
    """Return whether a region has a model with a name."""
    return bool(client_of(region).list_models(compartment_id, display_name=name).data.items)
