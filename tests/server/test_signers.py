"""Who signs: API keys and tokens name a tenancy and a caller, whose world and whose policies apply."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING, Any

import oci
import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from hypothesis import given
from hypothesis import strategies as st

from fake_server import FakeServer, Settings
from fake_server.signers import Signer, signer_of
from genai_ports.tenancy import TENANCY, USER
from genai_ports.testing import ready
from genai_ports.throwaway import new_credentials

if TYPE_CHECKING:
    from collections.abc import Iterator

MINE, THEIRS = "ocid1.tenancy.oc1..mine", "ocid1.tenancy.oc1..theirs"
ANN, INSTANCE = "ocid1.user.oc1..ann", "ocid1.instance.oc1.iad.machine"
CREDENTIALS = new_credentials()


def token(**claims: Any) -> str:
    """A token as OCI makes them; its signature is of no use here."""
    parts = [{"alg": "RS256", "kid": "asw"}, claims]
    return ".".join([*(urlsafe_b64encode(json.dumps(each).encode()).decode().rstrip("=") for each in parts), "c2ln"])


def header(key_id: str) -> str:
    return f'Signature version="1",keyId="{key_id}",algorithm="rsa-sha256",headers="date",signature="x"'


SESSION = {"sub": ANN, "tenant": MINE, "ptype": "user"}
RESOURCE = {"sub": "x", "res_tenant": MINE, "res_id": "ocid1.fnfunc.oc1.iad.f", "res_type": "fnfunc"}


@pytest.mark.parametrize(
    ("key_id", "signer"),
    [
        (f"{MINE}/{ANN}/aa:bb", Signer(MINE, ANN)),
        (f"ST${token(**SESSION)}", Signer(MINE, ANN, has_token=True)),
        (f"ST${token(sub=INSTANCE, tenant=MINE)}", Signer(MINE, INSTANCE, has_token=True)),
        (f"ST${token(**{'sub': INSTANCE, 'opc-tenant': MINE})}", Signer(MINE, INSTANCE, has_token=True)),
        (f"ST${token(**RESOURCE)}", Signer(MINE, "ocid1.fnfunc.oc1.iad.f", has_token=True)),
        (f"ST${token(sub=5, tenant='x')}", Signer(TENANCY, "", has_token=True)),
        ("ST$a.b.c", Signer(TENANCY, "", has_token=True)),
        ("ST$e30.WzFd.x", Signer(TENANCY, "", has_token=True)),
        ("nobody", Signer(TENANCY, "")),
    ],
)
def test_a_key_id_names_the_signer(key_id: str, signer: Signer) -> None:
    assert signer_of(header(key_id)) == signer


@given(st.text(st.characters(codec="ascii")))
def test_any_text_names_some_signer(text: str) -> None:
    for key_id in (text, f"ST${text}", f"ST$e30.{urlsafe_b64encode(text.encode()).decode().rstrip('=')}.e30"):
        signer = signer_of(header(key_id))
        assert signer.tenancy.startswith("ocid1.tenancy.")


def test_a_request_without_a_signature_names_nobody() -> None:
    assert signer_of(None) == signer_of("") == Signer(TENANCY, "", has_token=False)
    assert not signer_of(header(f"{MINE}/{ANN}/aa:bb")).has_token


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with FakeServer(settings=Settings(clock="virtual")) as running:
        yield running


def client(server: FakeServer, **claims: Any) -> oci.generative_ai.GenerativeAiClient:
    """A stock client that signs with a token."""
    key = load_pem_private_key(CREDENTIALS.private_key.encode(), None)
    signer = oci.auth.signers.SecurityTokenSigner(token(**claims), key)
    config = {"region": "us-chicago-1"}
    strategy = oci.retry.NoneRetryStrategy()
    return oci.generative_ai.GenerativeAiClient(
        config, signer=signer, service_endpoint=server.url, retry_strategy=strategy
    )


def new_cluster(sdk: oci.generative_ai.GenerativeAiClient) -> str:
    details = oci.generative_ai.models.CreateDedicatedAiClusterDetails(
        compartment_id=ready.COMPARTMENT, type="HOSTING", unit_count=1, unit_shape="LARGE_GENERIC"
    )
    return sdk.create_dedicated_ai_cluster(details).data.id


def test_the_tenancies_of_tokens_have_worlds_of_their_own(server: FakeServer) -> None:
    new_cluster(client(server, **SESSION))
    for tenancy, found in ((MINE, 1), (THEIRS, 0)):
        listed = client(server, sub=ANN, tenant=tenancy).list_dedicated_ai_clusters(ready.COMPARTMENT)
        assert len(listed.data.items) == found
        assert len(server.app.worlds.get(tenancy).state()["dedicatedAiClusters"]) == found


@pytest.mark.parametrize("claims", [SESSION, {"sub": INSTANCE, "tenant": MINE}, RESOURCE])
def test_policies_apply_to_tokens(server: FakeServer, claims: dict[str, Any]) -> None:
    sdk = client(server, **claims)
    cluster = new_cluster(sdk)
    policies = server.app.worlds.get(MINE).policies
    policies.join(claims.get("res_id", claims["sub"]), "Readers")
    policies.allow("Allow dynamic-group Readers to inspect generative-ai-family in tenancy")
    assert len(sdk.list_dedicated_ai_clusters(ready.COMPARTMENT).data.items) == 1
    with pytest.raises(oci.exceptions.ServiceError) as refused:
        sdk.delete_dedicated_ai_cluster(cluster)
    assert refused.value.status == 404
    for other in ({"sub": "ocid1.user.oc1..other", "tenant": MINE}, {"tenant": MINE}):
        with pytest.raises(oci.exceptions.ServiceError):
            client(server, **other).list_dedicated_ai_clusters(ready.COMPARTMENT)


def test_a_server_that_verifies_needs_the_key_that_signs_with_the_token() -> None:
    with FakeServer(settings=Settings(clock="virtual", verify_signatures=True)) as server:
        keys = server.simulator.keys
        claims = {"sub": ANN, "tenant": TENANCY}
        with pytest.raises(oci.exceptions.ServiceError) as refused:
            new_cluster(client(server, **claims))
        assert refused.value.headers["x-genai-ports-rule"] == "token-key-unknown"
        assert f"a token of {ANN} in {TENANCY}" in refused.value.message
        with pytest.raises(oci.exceptions.ServiceError) as refused:
            new_cluster(client(server, tenant=TENANCY))
        assert f"a token of a caller who is not named in {TENANCY}" in refused.value.message
        keys[f"{TENANCY}/{ANN}/{'aa:' * 15}aa"] = new_credentials().public_key
        with pytest.raises(oci.exceptions.ServiceError) as refused:
            new_cluster(client(server, **claims))
        assert refused.value.headers["x-genai-ports-rule"] == "signature-wrong"
        keys[f"{TENANCY}/{ANN}/{CREDENTIALS.fingerprint}"] = CREDENTIALS.public_key
        assert new_cluster(client(server, **claims))
        keys[f"{TENANCY}/{USER}/{CREDENTIALS.fingerprint}"] = keys.pop(f"{TENANCY}/{ANN}/{CREDENTIALS.fingerprint}")
        with pytest.raises(oci.exceptions.ServiceError):
            new_cluster(client(server, **claims))


def test_no_token_is_kept_or_shown(server: FakeServer) -> None:
    sdk = client(server, **SESSION)
    new_cluster(sdk)
    with pytest.raises(oci.exceptions.ServiceError) as refused:
        sdk.get_model("ocid1.generativeaimodel.oc1..none")
    world = server.app.worlds.get(MINE)
    secret = token(**SESSION)
    for part in secret.split("."):
        assert part not in json.dumps(world.snapshot())
        assert part not in refused.value.message
