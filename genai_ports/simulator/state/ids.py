"""Ids, etags and request ids: all derived from the seed and a count, without a random source."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from genai_ports.ocids import region_segment
from genai_ports.regions import find_region

if TYPE_CHECKING:
    from genai_ports.api.kind import Kind

_SEGMENT: Final = 16**32
"""How many values a segment of a request id has."""

_BASE32: Final = b"abcdefghijklmnopqrstuvwxyz234567" * 8
"""Turns each byte of a digest into one of the characters that OCIDs are made of."""


class IdFactory:
    """Makes unique ids: the same ones for the same seed and the same order of calls.

    Args:
        seed: any integer or text.

    Source: OCIDs and request ids in recorded responses, see `docs/fidelity.md`: 60 characters,
    `amaaaaaa` first, then eight for the tenancy; three segments of 32 upper-case hexadecimal digits.
    """

    def __init__(self, seed: int | str) -> None:
        self.key = hashlib.blake2b(str(seed).encode(errors="surrogatepass"), digest_size=32).digest()
        self._tenancy = self._letters("tenancy", size=8)
        self._first, self._second = (self.digest("request", n).hex().upper() for n in (1, 2))
        # Odd, so that no number repeats before all are used: unique like a hash, and five times as fast.
        self._stride = int.from_bytes(self.digest("stride")) | 1
        self.requests = 0

    def digest(self, *parts: object, size: int = 16) -> bytes:
        """Hash the parts under the seed, to `size` bytes."""
        text = "\x1f".join(map(str, parts))
        return hashlib.blake2b(text.encode(errors="surrogatepass"), key=self.key, digest_size=size).digest()

    def ocid(self, kind: Kind, region: str, order: object) -> str:
        """Make the OCID of the resource with the number `order` in the world."""
        unique = self._letters(kind.name, region, order, size=44)
        return f"{_prefix(kind.ocid_type, region)}{self._tenancy}{unique}"

    def _letters(self, *parts: object, size: int) -> str:
        return self.digest(*parts, size=size).translate(_BASE32).decode()

    def etag(self, *parts: object) -> str:
        """Make the etag of one version of one resource."""
        return self.digest("etag", *parts).hex()

    def request_id(self, from_client: str | None, *, is_counted: bool = True) -> str:
        """Make the request id of a response.

        Args:
            from_client: the client's own id, which becomes the first segment; None if there is none.
            is_counted: whether the request is for the service. All others have the same id, so that the ids of calls
                do not depend on them.
        """
        if is_counted:
            self.requests += 1
        number = self.requests if is_counted else 0
        return f"{from_client or self._first}/{self._second}/{(number * self._stride) % _SEGMENT:032X}"


@lru_cache(maxsize=1024)
def _prefix(ocid_type: str, region: str) -> str:
    known = find_region(region)
    return f"ocid1.{ocid_type}.{known.realm if known else 'oc1'}.{region_segment(region)}.amaaaaaa"
