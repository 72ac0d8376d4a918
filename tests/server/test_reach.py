"""Who reaches a server, and which control token it then requires."""

from __future__ import annotations

import pytest

from fake_server.reach import (
    address_of,
    check_token,
    checked_token,
    is_loopback_address,
    is_wildcard,
    reach_of,
    token_for,
)
from genai_ports.errors import ConfigurationError

TOKEN = "the-token-of-a-test"
REFUSED = "a control token must have 16 to 256 visible ASCII characters, without spaces"
HERE = ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "localhost"]
EVERYWHERE = ["0.0.0.0", "::", "::ffff:0.0.0.0"]  # noqa: S104  # nothing listens
ELSEWHERE = ["192.0.2.7", "::ffff:192.0.2.7", "2001:db8::7", "box", "localhost.example"]


@pytest.mark.parametrize("address", [*HERE, *EVERYWHERE, *ELSEWHERE])
def test_an_address_is_loopback_or_a_wildcard_or_neither(address):
    assert is_loopback_address(address) is (address in HERE)
    assert is_wildcard(address) is (address in EVERYWHERE)


@pytest.mark.parametrize(
    ("name", "address"),
    [("127.0.0.1", "127.0.0.1"), ("::ffff:192.0.2.7", "192.0.2.7"), ("2001:db8::7", "2001:db8::7"), ("box", "None")],
)
def test_an_ipv4_address_in_ipv6_is_the_ipv4_address(name, address):
    assert str(address_of(name)) == address


@pytest.mark.parametrize("token", ["a" * 16, "!" * 256, "~" * 20])
def test_a_token_of_the_right_form_is_accepted(token):
    assert checked_token(token) == token
    assert token_for("192.0.2.7", token, verifies=False) == token
    check_token("192.0.2.7", token, verifies=True)


@pytest.mark.parametrize(
    "token", ["a" * 15, "a" * 257, "a" * 15 + " ", "a" * 15 + "ä", "a" * 16 + "\n", "", b"a" * 16, 5]
)
def test_a_token_of_another_form_is_refused_everywhere(token):
    for check in (
        checked_token,
        lambda token: token_for("127.0.0.1", token, verifies=False),
        lambda token: check_token("127.0.0.1", token, verifies=False),
    ):
        with pytest.raises(ConfigurationError, match=f"^{REFUSED}$"):
            check(token)


@pytest.mark.parametrize("address", [*HERE, *EVERYWHERE, *ELSEWHERE])
def test_only_a_server_on_loopback_needs_no_token(address):
    if address in HERE:
        assert token_for(address, None, verifies=False) is None
        check_token(address, None, verifies=False)
        return
    for verifies in (False, True):
        with pytest.raises(ConfigurationError, match=rf"listens on {address}: pass control_token= for its control"):
            token_for(address, None, verifies=verifies)
    with pytest.raises(ConfigurationError, match=rf"listens on {address}, so its control paths require a token: set"):
        check_token(address, None, verifies=False)


def test_a_server_that_verifies_signatures_has_a_token():
    first, second = (token_for("127.0.0.1", None, verifies=True) for _ in range(2))
    assert first != second
    assert len(checked_token(first)) == 32
    with pytest.raises(ConfigurationError, match="--verify-signatures requires a control token"):
        check_token("127.0.0.1", None, verifies=True)


def test_what_is_printed_says_who_reaches_the_server_and_whether_others_can_read():
    assert reach_of("127.0.0.1") == reach_of("localhost", encrypts=True) == ""
    [reach] = reach_of("192.0.2.7", encrypts=True).splitlines()
    assert reach.startswith("other machines reach this server on 192.0.2.7: any can call the API")
    first, second = reach_of("192.0.2.7").splitlines()
    assert first == reach
    assert second.startswith("HTTP is not encrypted: ")
