"""A signer of the OCI SDK for one test: it shares nothing that can change with the signers of other tests."""

from __future__ import annotations

from copy import copy
from typing import Any

from genai_ports.backends.sdk import throwaway_signer


def own_signer() -> Any:
    """Return a signer with this process's throw-away credentials, which a test can change.

    The key is not loaded again, because that takes as long as a hundred calls.
    """
    signer = copy(throwaway_signer())
    for name, part in vars(signer).items():
        if type(part).__module__ == type(signer).__module__:  # the signers of requests with and without a body
            setattr(signer, name, copy(part))
    return signer
