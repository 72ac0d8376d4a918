"""Hosts of this machine: which names and addresses are loopback, in every spelling that the resolver takes."""

from __future__ import annotations

import socket
from ipaddress import IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai_ports.backends.loopback import address_in_numbers, is_loopback_host
from genai_ports.backends.urls import is_loopback


@given(st.ip_addresses())
def test_an_address_is_loopback_as_the_standard_says(address):
    embedded = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    known = embedded or address
    assert is_loopback_host(str(address)) == (known.is_loopback or known.is_unspecified)


@given(st.ip_addresses(v=4, network="127.0.0.0/8"))
def test_every_spelling_of_a_loopback_address_is_loopback(address):
    number = int(address)
    assert is_loopback_host(str(address))
    assert is_loopback_host(str(number))
    assert is_loopback_host(hex(number))
    assert is_loopback_host(f"::ffff:{address}")
    assert is_loopback_host(f"127.{number & 0xFFFFFF}")


@given(st.text(max_size=12))
def test_a_text_that_is_not_an_address_is_loopback_only_by_its_name(text):
    try:
        ip_address(text)
    except ValueError:
        pass
    else:
        return
    if is_loopback_host(text):
        name = text.lower().removesuffix(".")
        assert name in {"", "localhost"} or name.endswith(".localhost") or socket.inet_aton(text)[0] in {0, 127}


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1.example.com", "localhost.example.com", "notlocalhost", "128.0.0.1", "10.1", "::2"),
        *("127.1 ", "127.1\n", "127.1\t", "127.1\0", "١٢٧.1", "1.2.3.4.5"),
    ],
)
def test_a_name_that_looks_like_loopback_is_refused(host):
    assert is_loopback_host(host) is False


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST.", "a.localhost", "ip6-loopback", "", "0", "127.1", "::1", "::", "::ffff:127.0.0.1"],
)
def test_every_name_of_this_machine_is_loopback(host):
    assert is_loopback_host(host) is True


@pytest.mark.parametrize(("host", "address"), [("127.1", "127.0.0.1"), ("10.0.0.1", "10.0.0.1"), ("::1", "::1")])
def test_an_address_in_numbers_is_read_without_a_resolver(host, address):
    assert address_in_numbers(host) == ip_address(address)


@pytest.mark.parametrize("host", ["db.example", "127.1 ", "127.1\0", "²"])
def test_a_name_is_no_address(host):
    assert address_in_numbers(host) is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [("http://127.0.0.1:80/x", True), ("http://[::1]", True), ("https://gateway.example", False), ("http:///x", False)],
)
def test_a_url_is_loopback_by_its_host(url, expected):
    assert is_loopback(url) is expected
