"""Throw-away credentials: any OCI client accepts them."""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode

import oci
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from genai_ports.ocids import parse_ocid
from genai_ports.tenancy import TENANCY, USER
from genai_ports.throwaway import Credentials, credentials, new_credentials


def test_the_private_key_is_an_rsa_key_of_2048_bits_that_the_sdk_reads():
    assert load_pem_private_key(credentials().private_key.encode(), None).key_size == 2048
    oci.signer.load_private_key(credentials().private_key, None)


def test_the_fingerprint_is_that_of_the_public_key_as_oci_shows_it():
    mine = credentials()
    public = load_pem_private_key(mine.private_key.encode(), None).public_key()
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert mine.fingerprint.replace(":", "") == hashlib.md5(der, usedforsecurity=False).hexdigest()
    assert re.fullmatch(r"[0-9a-f]{2}(:[0-9a-f]{2}){15}", mine.fingerprint)


def test_the_tenancy_and_the_user_are_the_well_known_ones_and_ocids():
    assert (credentials().tenancy, credentials().user) == (TENANCY, USER)
    assert parse_ocid(TENANCY).resource_type == "tenancy"
    assert parse_ocid(USER).resource_type == "user"


def test_the_sdk_takes_them_for_a_valid_configuration():
    mine = credentials()
    oci.config.validate_config(
        {
            "tenancy": mine.tenancy,
            "user": mine.user,
            "fingerprint": mine.fingerprint,
            "key_content": mine.private_key,
            "region": "us-chicago-1",
        }
    )


def test_what_they_sign_can_be_verified_with_the_public_key():
    mine = credentials()
    signer = oci.Signer(mine.tenancy, mine.user, mine.fingerprint, None, private_key_content=mine.private_key)
    headers = signer._basic_signer.sign({"date": "today"}, host="h", method="get", path="/p")
    signature = b64decode(re.search(r'signature="([^"]+)"', headers["authorization"])[1])
    public = load_pem_private_key(mine.private_key.encode(), None).public_key()
    signed = b"date: today\n(request-target): get /p\nhost: h"
    public.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())


def test_each_new_key_is_another_one():
    assert new_credentials().fingerprint != new_credentials().fingerprint


def test_a_process_makes_its_key_once():
    assert credentials() is credentials()


def test_the_private_key_is_never_shown():
    shown = repr(credentials()) + str(credentials()) + f"{credentials()}"
    assert shown.count("Credentials(fingerprint=") == 3
    assert "PRIVATE KEY" not in shown


def test_credentials_are_equal_when_all_their_parts_are():
    mine = credentials()
    same = Credentials(tenancy=mine.tenancy, user=mine.user, fingerprint=mine.fingerprint, private_key=mine.private_key)
    assert same == mine
    assert new_credentials() != mine
