"""What a service sends as `retry-after`: read as RFC 9110 allows, and never a raw error or an endless wait."""

from __future__ import annotations

import pytest

from genai_ports import InMemoryModelRepository, Repository, RetryPolicy, TooManyRequests, VirtualClock, WaitTimeout
from genai_ports.api.value import replaced
from genai_ports.testing import ready
from genai_ports.wire.retry_after import read_retry_after

HOUR = 3600
NOON = "Fri, 27 Nov 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        ("30", 30),
        ("12345", 12345),
        (" 30\t", 30),
        pytest.param("0" * 5000 + "30", 30, id="many zeros"),
        ("86399", 86_399),
        ("86401", 86_400),
        pytest.param("9" * 5000, 86_400, id="many digits"),
        ("Fri, 27 Nov 2026 12:00:30 GMT", 30),
        ("Friday, 27-Nov-26 12:00:30 GMT", 30),
        ("Fri Nov 27 12:00:30 2026", 30),
        ("Fri, 27 Nov 2026 12:00:30 GMT (in Accra)", 30),  # 40 characters
        ("Fri, 27 Nov 2026 12:00:30 -0000", 30),
        ("Fri, 27 Nov 2026 13:00:30 +0100", 30),
        ("Fri, 27 Nov 2026 11:59:59 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400),
    ],
)
def test_seconds_and_dates_are_read_up_to_a_day(text, seconds):
    assert read_retry_after({"retry-after": text, "date": NOON}) == seconds


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "-1", "+1", "1.5", "1e3", "nan", "inf", "²", "٣", "1, 2", "1 2", f"{NOON}, {NOON}", "tomorrow"),
        *("Fri, 99 Nov 2026 12:00:00 GMT", "Fri, 27 Nov 99999999999999999999 12:00:00 GMT", "\0"),
        *("Fri, 27 Nov 2026 12:0٣:30 GMT", "Fri, 27 Nov 2026 12:00:30 GMT (in London)"),
        pytest.param("a" * 10**6, id="long"),
        pytest.param("\ud800", id="surrogate"),
    ],
)
def test_everything_else_is_ignored(text):
    assert read_retry_after({"retry-after": text, "date": NOON}) is None


@pytest.mark.parametrize("date", [None, "", "noon", "²", "a" * 50, NOON.replace("0", "٣")])
def test_a_date_is_ignored_without_the_date_of_the_response(date):
    headers = {"retry-after": "Fri, 27 Nov 2026 12:00:30 GMT"}
    assert read_retry_after(headers if date is None else {**headers, "date": date}) is None


class Refusing:
    """A backend that refuses everything, with any `retry_after`."""

    default_region = "us-chicago-1"

    def __init__(self, retry_after):
        self.retry_after = retry_after
        self.clock = VirtualClock()
        self.calls = 0

    def send(self, _):
        self.calls += 1
        raise TooManyRequests("no", retry_after=self.retry_after)

    def new_retry_token(self):
        return "a"

    def close(self):
        """Do nothing."""


@pytest.mark.parametrize(
    "odd", [float("nan"), -1, -float("inf"), "5", "soon", [5], pytest.param(10**5000, id="5,001 digits"), True]
)
def test_a_retry_after_that_is_no_number_of_seconds_is_as_if_there_were_none(odd):
    backend = Refusing(odd)
    with pytest.raises(TooManyRequests):
        Repository(backend, retry=RetryPolicy(attempts=3)).get_model("ocid1.x")
    assert backend.calls == 3
    assert (backend.clock.now() - backend.clock.start).total_seconds() == 1 + 2


def test_the_longest_requested_delay_is_waited_for():
    backend = Refusing(HOUR)
    with pytest.raises(TooManyRequests):
        Repository(backend, retry=RetryPolicy(attempts=3)).get_model("ocid1.x")
    assert (backend.clock.now() - backend.clock.start).total_seconds() == 2 * HOUR


@pytest.mark.parametrize("longer", [HOUR + 1, float("inf")])
def test_an_error_with_a_longer_one_is_raised_at_once(longer):
    backend = Refusing(longer)
    with pytest.raises(TooManyRequests):
        Repository(backend).get_model("ocid1.x")
    assert backend.calls == 1
    assert backend.clock.now() == backend.clock.start


@pytest.mark.parametrize(
    "odd", [float("nan"), float("inf"), -5, "5", 0, pytest.param(10**5000, id="5,001 digits"), 10**9]
)
def test_a_wait_ends_at_its_timeout_whatever_the_service_requests(odd):
    genai = InMemoryModelRepository(pace="manual")
    work_request_id = ready.begin_import(genai)[1]
    sent = genai.backend.send

    def send(call):
        reply = sent(call)
        response = replaced(reply.response, retry_after=odd)
        return reply._replace(value=replaced(reply.value, response=response), response=response)

    genai.backend.send = send
    start = genai.clock.now()
    with pytest.raises(WaitTimeout):
        genai.wait_for_work_request(work_request_id, timeout=60)
    assert (genai.clock.now() - start).total_seconds() == 60
