"""Lengths: what is just within a limit is accepted, and one more is not."""

from __future__ import annotations

import json

import pytest

from genai_ports.api.call import Call
from genai_ports.api.kinds import OPERATIONS
from genai_ports.api.numbers import is_number
from genai_ports.api.shown import shown
from genai_ports.builders import lora_training_config
from genai_ports.errors import ConfigurationError, InvalidInput, InvalidParameter
from genai_ports.simulator.rules.validation import check_shape
from genai_ports.simulator.simulator import Simulator
from genai_ports.testing.ready import cluster_details
from genai_ports.throwaway import tenancy_ocid
from genai_ports.wire.documents import MalformedBody, parse_object
from genai_ports.wire.unsendable import write_sendable

CREATE = OPERATIONS["create_dedicated_ai_cluster"]
DIGITS = [20, 4200, 4201, 4202, 4300, 4301, 4350, 4373, 4374, 5000]
"""Python writes and reads whole numbers of up to 4,300 digits; what has more is a ValueError where it is shown."""
each_sign = pytest.mark.parametrize("sign", [1, -1])
each_length = pytest.mark.parametrize("digits", DIGITS)


def ocid(kind: str, length: int) -> str:
    return f"ocid1.{kind}.oc1..".ljust(length, "a")


@pytest.mark.parametrize("kind", ["compartment", "tenancy"])
def test_an_ocid_has_up_to_255_characters(kind: str) -> None:
    check_shape(cluster_details(compartment_id=ocid(kind, 255)))
    with pytest.raises(InvalidParameter, match="compartmentId must be the OCID of a compartment or tenancy"):
        check_shape(cluster_details(compartment_id=ocid(kind, 256)))


def test_a_named_tenancy_has_up_to_255_characters() -> None:
    assert tenancy_ocid(ocid("tenancy", 255)) == ocid("tenancy", 255)
    with pytest.raises(ConfigurationError, match="a tenancy must be an OCID"):
        tenancy_ocid(ocid("tenancy", 256))


@each_sign
@each_length
def test_a_number_of_any_length_is_refused_by_the_simulator(sign: int, digits: int) -> None:
    simulator = Simulator()
    with pytest.raises(InvalidParameter, match="unitCount must be a whole number that fits in 64 bits"):
        simulator.handle(Call(CREATE, details=cluster_details(unit_count=sign * 10 ** (digits - 1))))
    [entry] = simulator.journal
    assert entry.rule == "property-type"


@each_sign
@each_length
def test_a_number_of_any_length_is_sent_or_refused_by_name(sign: int, digits: int) -> None:
    number = sign * 10 ** (digits - 1)
    call = Call(CREATE, details=cluster_details(unit_count=number))
    if digits <= 4201:
        assert json.loads(write_sendable(call).body)["unitCount"] == number
        return
    with pytest.raises(InvalidParameter, match="unitCount must be a whole number that fits in 64 bits"):
        write_sendable(call)


@each_sign
@each_length
def test_a_number_of_any_length_is_refused_by_the_builders(sign: int, digits: int) -> None:
    with pytest.raises(InvalidInput, match="lora_r must be an integer from 1 to 64, not "):
        lora_training_config(lora_r=sign * 10 ** (digits - 1))


@each_sign
@each_length
def test_a_number_of_any_length_is_read_or_refused_in_a_body(sign: int, digits: int) -> None:
    body = b'{"unitCount": %s}' % (("-" if sign < 0 else "") + "1".ljust(digits, "0")).encode()
    if digits <= 4300:
        assert parse_object(body) == {"unitCount": sign * 10 ** (digits - 1)}
        return
    with pytest.raises(MalformedBody, match=r"4300 digits"):
        parse_object(body)


@each_sign
def test_a_number_is_in_the_range_of_floats(sign: int) -> None:
    assert is_number(sign * (2**1023 - 1))
    assert not is_number(sign * (2**1024 - 1))  # float() refuses it: it would be rounded up


def test_a_long_number_of_a_client_is_not_shown() -> None:
    assert [shown(0.1234567891), shown(999_999_999)] == ["0.1234567891", "999999999"]
    assert [shown(0.12345678912), shown(10**9)] == ["a longer number", "a longer number"]
