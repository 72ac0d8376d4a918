"""What has the form of a secret is masked wherever it is, and other text stays."""

from __future__ import annotations

import pytest

from genai_ports.simulator.rules.secrets import MASK, is_sensitive, masked, masked_input

LONG = "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789"
HUGGING_FACE = f"hf_{LONG}"
KEY = "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----"

SECRETS = [
    HUGGING_FACE,
    KEY,
    *(f"{start}_{LONG}" for start in ("gho", "ghp", "ghs", "ghu", "ghr", "github_pat", "npm", "sk", "rk")),
    *(f"{start}-{LONG}" for start in ("glpat", "xoxb", "sk", "rk", "sk-proj")),
    *(f"{start}{LONG.upper()}"[:20] for start in ("AKIA", "ASIA", "AROA", "AIDA", "AGPA")),
    f"AIza{LONG}",
    "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln",
    "Bearer abcdefgh1",
    "Basic dXNlcjpwdw==",
]


@pytest.mark.parametrize("secret", SECRETS, ids=lambda secret: secret[:6])
def test_a_secret_is_masked_and_the_text_around_it_stays(secret: str) -> None:
    assert masked_input(f"a {secret} b").startswith("a (a secret)")
    assert masked_input(f"a {secret} b").endswith(" b")
    assert secret not in masked_input(secret)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("password=hunter2 b", f"password={MASK} b"),
        ('"apiKey": "hunter2", b', f'"apiKey": "{MASK}", b'),
        ("https://me:pw@host/", f"https://{MASK}@host/"),
        ("https://host/p/abc/n/ns", f"https://host/p/{MASK}/n/ns"),
        ("ST$abc def", f"{MASK} def"),
        (f"password={HUGGING_FACE}", f"password={MASK}"),
    ],
)
def test_the_name_of_a_secret_stays(text: str, shown: str) -> None:
    assert masked_input(text) == shown


@pytest.mark.parametrize(
    "text",
    ["", "hf_transfer", "task-for-fine-tuning-of-models-of-a-team", "the token count", "a=b", "a: b", "bearer of news"],
)
def test_other_text_stays(text: str) -> None:
    assert masked_input(text) == text


def test_a_message_is_masked_where_it_has_a_token_or_a_private_key() -> None:
    assert masked(f"not '{HUGGING_FACE}' and {KEY}.") == f"not '{MASK}' and {MASK}."
    assert masked("password=hunter2") == "password=hunter2"


@pytest.mark.parametrize("name", ["password", "API-KEY", "accessToken", "private_key", "Authorization", "keyId"])
def test_names_of_secrets_are_known(name: str) -> None:
    assert is_sensitive(name) is True
    assert is_sensitive(name[:3]) is False
