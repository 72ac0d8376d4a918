"""The base models of a world: those that Oracle offers in each region, and how often lists show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genai_ports.ocids import parse_ocid
from genai_ports.regions import find_region
from genai_ports.simulator.state.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from genai_ports.api.model import Model


class BaseModels:
    """The base models of a world. It does not refer to the world, so that the world is freed with its last user.

    Attributes:
        offered: the base models of regions that do not offer those of the catalogue, by region.
        known: how many copies of each base model can be read.
        listed: how many of them lists show.
    """

    def __init__(self) -> None:
        self.offered: dict[str, tuple[Record, ...]] = {}
        self.known = self.listed = 1

    def offer(self, region: str, models: Iterable[Model]) -> None:
        """Make a region offer these base models; see `World.offer`."""
        offered = tuple(models)
        self.offered[region] = tuple(
            Record(number - len(offered), region, model) for number, model in enumerate(offered)
        )

    def copy(self, copies: int) -> None:
        """Make lists show so many of each base model; see `World.copy_base_models`."""
        self.known, self.listed = max(self.known, copies), copies

    def shown(self, region: str) -> tuple[Record, ...]:
        """Return the base models that every compartment of a region shows."""
        return self._copies(region, self.listed)

    def find(self, identifier: str, region: str) -> Record | None:
        """Find a base model of a region by its OCID."""
        from genai_ports.simulator import catalogue  # noqa: PLC0415  # see _copies

        if region in self.offered:
            offered = self._copies(region, self.known)
            return next((each for each in offered if each.snapshot.id == identifier), None)
        return catalogue.base_models_by_id(region, self.known).get(identifier)

    def find_anywhere(self, identifier: str) -> Record | None:
        """Find a base model by its OCID, which names the region."""
        ocid = parse_ocid(identifier)
        region = find_region(ocid.region_segment) if ocid else None
        return self.find(identifier, region.id) if region else None

    def _copies(self, region: str, copies: int) -> tuple[Record, ...]:
        from genai_ports.simulator import catalogue  # noqa: PLC0415  # 10 ms, with the classes and data of models

        if region in self.offered:
            return catalogue.with_copies(self.offered[region], copies)
        return catalogue.base_models(region, copies)
