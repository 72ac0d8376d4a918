"""Profiles of OCI config files, sessions and principals: the adapter signs as the plain SDK and the CLI do."""

from __future__ import annotations

import base64
import configparser
import errno
import json
import time
import traceback

import oci
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_server import FakeServer, Settings
from genai_ports import ConfigurationError, SdkModelRepository, connect
from genai_ports.backends.profiles import AUTHS
from genai_ports.testing import Sandbox
from genai_ports.throwaway import new_credentials

COMPARTMENT = "ocid1.compartment.oc1..mine"
CREDENTIALS = new_credentials()
SECRET = "c2VjcmV0IGtleSBtYXRlcmlhbA"
PEM = f"-----BEGIN PRIVATE KEY-----\n{SECRET}\nAAAA{SECRET}=\n-----END PRIVATE KEY-----\n"


def token(seconds=3600, **claims):
    """A token whose session ends after that many seconds."""
    now = int(time.time())
    claims = {"exp": now + seconds, "iat": now, "jwk": "{}", "sub": "ocid1.user.oc1..ann", **claims}
    parts = (json.dumps(each).encode() for each in ({"alg": "RS256"}, claims))
    return ".".join([*(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts), "c2ln"])


@pytest.fixture
def session(tmp_path):
    """Write what `oci session authenticate` writes; return the path of the config file."""

    def write(text=None, **more):
        (tmp_path / "key.pem").write_text(CREDENTIALS.private_key)
        (tmp_path / "token").write_text(token(tenant="ocid1.tenancy.oc1..mine") if text is None else text)
        settings = {
            "fingerprint": CREDENTIALS.fingerprint,
            "key_file": tmp_path / "key.pem",
            "tenancy": "ocid1.tenancy.oc1..mine",
            "region": "eu-frankfurt-1",
            "security_token_file": tmp_path / "token",
            **more,
        }
        file = tmp_path / "config"
        file.write_text("[SESSION]\n" + "".join(f"{name}={text}\n" for name, text in settings.items() if text))
        return str(file)

    return write


def refusal(**options):
    with pytest.raises(ConfigurationError) as refused:
        SdkModelRepository(**options)
    shown = "".join(traceback.format_exception(refused.value))
    assert SECRET not in shown
    assert refused.value.__cause__ is refused.value.__context__ is None
    return str(refused.value)


def test_a_profile_with_a_session_signs_with_its_token(session):
    with FakeServer(settings=Settings(clock="virtual")) as server:
        genai = SdkModelRepository(config_file=session(), profile="SESSION", endpoint=server.url)
        genai.list_models(COMPARTMENT).first()
        assert genai.default_region == "eu-frankfurt-1"
        assert [entry.operation for entry in server.app.worlds.get("ocid1.tenancy.oc1..mine").journal] == [
            "list_models"
        ]


@pytest.mark.parametrize("options", ["", "&auth=security_token"])
def test_a_url_names_a_profile_with_a_session(session, options):
    with Sandbox() as sandbox, connect(f"oci://?profile=SESSION&config_file={session()}{options}") as genai:
        assert sandbox.oci_redirected is sandbox.genai_simulator
        genai.list_models(COMPARTMENT).first()
        assert sandbox.genai_simulator.journal.one(operation="list_models").region == "eu-frankfurt-1"


def test_a_profile_with_a_user_signs_with_its_key_unless_the_session_is_asked_for(session):
    file = session(user="ocid1.user.oc1..ann")
    by_key = SdkModelRepository(config_file=file, profile="SESSION")
    by_token = SdkModelRepository(config_file=file, profile="SESSION", auth="security_token")
    signers = [each._backend.client().base_client.signer for each in (by_key, by_token)]
    assert [type(signer).__name__ for signer in signers] == ["Signer", "SecurityTokenSigner"]
    assert signers[1].api_key.startswith("ST$")


@pytest.mark.parametrize(
    ("text", "changes", "message"),
    [
        (None, {"security_token_file": "/nowhere"}, "security_token_file or key_file cannot be read: No such file"),
        (f"not a token {SECRET}", {}, "its token or its key is damaged (DecodeError): run oci session authenticate"),
        (token(-10), {}, "it has expired: run oci session authenticate"),
        ("", {}, "its token or its key is damaged"),
    ],
)
def test_a_session_that_cannot_be_used_is_refused(session, text, changes, message):
    assert message in refusal(config_file=session(text, **changes), profile="SESSION")


def test_a_key_that_is_none_is_refused(session, tmp_path):
    file = session()
    (tmp_path / "key.pem").write_text(PEM)
    assert "its token or its key is damaged" in refusal(config_file=file, profile="SESSION")


def test_a_session_needs_a_token(session):
    file = session(security_token_file=None)
    assert "auth=security_token needs a profile with security_token_file" in refusal(
        config_file=file, profile="SESSION", auth="security_token"
    )


def test_a_resource_principal_is_the_sdk_s_own_signer(monkeypatch, tmp_path):
    (tmp_path / "key.pem").write_text(CREDENTIALS.private_key)
    (tmp_path / "rpst").write_text(token(res_tenant="ocid1.tenancy.oc1..mine", res_id="ocid1.fnfunc.oc1.iad.f"))
    with Sandbox() as sandbox:
        monkeypatch.setenv("OCI_RESOURCE_PRINCIPAL_VERSION", "2.2")
        monkeypatch.setenv("OCI_RESOURCE_PRINCIPAL_RPST", str(tmp_path / "rpst"))
        monkeypatch.setenv("OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM", str(tmp_path / "key.pem"))
        monkeypatch.setenv("OCI_RESOURCE_PRINCIPAL_REGION", "eu-frankfurt-1")
        assert sandbox.oci_redirected
        with connect("oci://?auth=resource_principal") as genai:
            genai.list_models(COMPARTMENT).first()
            assert genai.default_region == "eu-frankfurt-1"


def test_where_there_is_no_principal_the_refusal_says_so(monkeypatch):
    monkeypatch.delenv("OCI_RESOURCE_PRINCIPAL_VERSION", raising=False)
    with pytest.raises(ConfigurationError, match="there is no resource principal here: "):
        SdkModelRepository(auth="resource_principal")


def test_an_instance_principal_is_the_sdk_s_own_signer(monkeypatch):
    """The real one would look for the metadata service of an instance."""
    from genai_ports.backends import profiles

    made = []

    class Signer(oci.auth.signers.SecurityTokenSigner):
        region = "uk-london-1"

        def __init__(self):
            made.append(self)

    assert profiles._PRINCIPALS["instance_principal"] is oci.auth.signers.InstancePrincipalsSecurityTokenSigner
    monkeypatch.setitem(profiles._PRINCIPALS, "instance_principal", Signer)
    genai = SdkModelRepository(auth="instance_principal")
    assert genai.default_region == "uk-london-1"
    assert genai._backend.client().base_client.signer is made[0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"auth": "instance_principals"},
            f"auth must be one of {', '.join(AUTHS)}, not 'instance_principals'; did you ",
        ),
        ({"auth": "instance_principal", "profile": "DEV"}, "auth=instance_principal reads no profile: omit profile"),
        ({"auth": "api_key", "config": {}}, "auth applies to a profile: omit it, or omit config and signer"),
    ],
)
def test_a_wrong_choice_is_refused(options, message):
    assert message in refusal(**options)


GOOD = "[DEFAULT]\nuser=ocid1.user.oc1..a\n"
WRONG = {
    "bom": ("\ufeff" + GOOD, "it begins with a byte order mark: save it as UTF-8 without one"),
    "pem": (f"{GOOD}key_file=\n{PEM}", "is not a setting: write NAME=VALUE, and put a key into a file of its own"),
    "pem alone": (PEM, "line 1 comes before the first profile: begin with a line such as [DEFAULT]"),
    "no section": ("user=a\n", "line 1 comes before the first profile"),
    "section twice": (f"[DEV]\nuser={SECRET}\n[DEV]\n", "line 3 begins a profile that the file has already"),
    "setting twice": (f"{GOOD}user={SECRET}\n", "line 3 has a setting that its profile has already"),
    "no profile": ("[DEV]\n", None),
    "empty": ("", None),
    "key in it": (f"{GOOD}key_content={SECRET}\n", "'key_content' cannot be specified in a config file: use key_file"),
    "key as file": (f"{GOOD}key_file={SECRET}\n", "key_file of the profile DEFAULT must be the path of a file"),
    "log_requests": (f"{GOOD}log_requests={SECRET}\n", "log_requests of the profile DEFAULT must be true or false"),
    "interpolation": (f"{GOOD}pass_phrase=%({SECRET})s\n", "refuses the configuration"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_config_file_that_is_wrong_is_refused_in_our_words(tmp_path, name):
    text, message = WRONG[name]
    file = tmp_path / "config"
    file.write_text(text, encoding="utf-8")
    assert (message or "") in refusal(config_file=str(file))


def test_text_in_another_encoding_is_refused(tmp_path):
    file = tmp_path / "config"
    file.write_bytes(GOOD.encode("utf-16"))
    assert "it is not text in UTF-8" in refusal(config_file=str(file))


def test_a_directory_and_a_file_that_is_not_there_are_refused(tmp_path):
    assert refusal(config_file=str(tmp_path)).endswith("cannot be used: it is a directory")
    assert refusal(config_file=str(tmp_path / "none")).endswith("cannot be used: there is no such file")


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (PermissionError(errno.EACCES, "Permission denied", SECRET), "Permission denied"),
        (configparser.Error(SECRET), "Error"),
    ],
    ids=["of the file", "of the parser"],
)
def test_any_other_error_is_named_without_its_text(monkeypatch, error, message):
    def fail(*_):
        raise error

    monkeypatch.setattr(oci.config, "from_file", fail)
    assert refusal(config_file="any") == f"the OCI config file any cannot be used: {message}"


def test_a_profile_that_is_not_there_is_refused(tmp_path):
    file = tmp_path / "config"
    file.write_text(GOOD)
    assert refusal(config_file=str(file), profile="PROD").endswith("cannot be used: it has no profile PROD")


@pytest.mark.parametrize("name", ["key_file", "key_content"])
def test_a_key_in_a_config_that_is_wrong_is_not_shown(name):
    config = {**CREDENTIALS.config(), name: PEM}
    if name == "key_file":
        del config["key_content"]
    message = refusal(config=config)
    assert "the OCI SDK refuses the configuration" in message
    assert "line breaks" not in message


LINES = st.lists(
    st.sampled_from(
        [f"a={SECRET}", SECRET, f" {SECRET}", f"[{SECRET}]", "[DEFAULT]", f"{SECRET}=", "", "=", "[", "#x", PEM]
    )
)


@given(LINES)
def test_no_line_of_any_file_is_shown(tmp_path_factory, lines):
    file = tmp_path_factory.mktemp("oci") / "config"
    file.write_text("\n".join(lines))
    refusal(config_file=str(file))


def plainly(config):
    """Return what the plain SDK makes of a configuration: the class of its error, or None."""
    try:
        oci.generative_ai.GenerativeAiClient(config)
    except Exception as error:  # noqa: BLE001  # whatever it is
        return type(error)
    return None


PEM_LINES = CREDENTIALS.private_key.split("\n")


@pytest.mark.parametrize(
    ("key", "error", "message"),
    [
        (CREDENTIALS.private_key.replace("\n", "\\n"), oci.exceptions.InvalidPrivateKey, "must have line breaks"),
        ("", TypeError, "a setting is empty"),
        (" ".join(PEM_LINES), None, None),
        ("\n".join([PEM_LINES[0], "".join(PEM_LINES[1:-2]), *PEM_LINES[-2:]]), None, None),
        (CREDENTIALS.private_key.replace("\n", "\r\n"), None, None),
    ],
    ids=["terraform-provider-oci 2198", "empty secret", "all on one line", "oci-python-sdk 742", "Windows"],
)
def test_a_key_from_a_secret_store_is_taken_as_by_the_sdk_or_refused_in_our_words(key, error, message):
    config = {**CREDENTIALS.config("us-chicago-1"), "key_content": key}
    config.pop("key_file", None)
    assert plainly(config) is error
    if error is None:
        assert SdkModelRepository(config=config).default_region == "us-chicago-1"
        return
    assert message in refusal(config=config)


def test_a_session_needs_neither_user_nor_fingerprint_nor_tenancy(session):
    """As in https://github.com/oracle/mcp/issues/400."""
    file = session(fingerprint=None, tenancy=None)
    genai = SdkModelRepository(config_file=file, profile="SESSION")
    assert genai.default_region == "eu-frankfurt-1"


def test_a_workload_without_its_variables_is_refused_in_the_words_of_the_sdk(monkeypatch):
    """As in https://github.com/oracle/oci-go-sdk/issues/489."""
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    with pytest.raises(ValueError, match="Kubernetes service host") as plain:
        oci.auth.signers.get_oke_workload_identity_resource_principal_signer()
    with pytest.raises(ConfigurationError, match=f"there is no oke workload identity here: {plain.value}"):
        connect("oci://us-chicago-1?auth=oke_workload_identity")
