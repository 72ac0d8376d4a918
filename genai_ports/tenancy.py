"""The well-known tenancy and user: those of throw-away credentials, and of calls without a signature.

On a fake server, all clients of this tenancy share one world.
"""

from __future__ import annotations

from typing import Final

TENANCY: Final = "ocid1.tenancy.oc1..aaaaaaaagenaiportsthrowawaytenancyaaaaaaaaaaaaaaaaaaaaaaaa"
USER: Final = "ocid1.user.oc1..aaaaaaaagenaiportsthrowawayuseraaaaaaaaaaaaaaaaaaaaaaaaaaa"
