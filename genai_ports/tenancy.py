"""The well-known tenancy and user: of throw-away credentials, and of calls that nobody signed.

They all see each other's resources on a fake server.
"""

from __future__ import annotations

from typing import Final

TENANCY: Final = "ocid1.tenancy.oc1..aaaaaaaagenaiportsthrowawaytenancyaaaaaaaaaaaaaaaaaaaaaaaa"
USER: Final = "ocid1.user.oc1..aaaaaaaagenaiportsthrowawayuseraaaaaaaaaaaaaaaaaaaaaaaaaaa"
