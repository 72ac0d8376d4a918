"""The catalogue: Oracle's base models, as each region offers them."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from genai_ports.errors import NotFound
from genai_ports.testing import ready
from genai_ports.testing.contract.capabilities import Capability, needs
from genai_ports.testing.contract.port.harness import response_of

if TYPE_CHECKING:
    from genai_ports.client.ports import GenAi
    from genai_ports.testing.contract.port.harness import OpenPortHarness, PortHarness

EMBED = "ocid1.generativeaimodel.oc1.us-chicago-1.amaaaaaask7dceya6a7ddhqkyimvl3olp3wmllmbedfsghe633fn2e63kicq"
LLAMA_CHAT = "ocid1.generativeaimodel.oc1.us-chicago-1.amaaaaaask7dceyaiir6nnhmlgwvh37dr2mvragxzszqmz3hok52pcgmpqta"
LLAMA_TUNE = "ocid1.generativeaimodel.oc1.us-chicago-1.amaaaaaask7dceyaqs2rjgakftp4qsh6r7pldt22np7u2jmaaawhchjmlkya"


class CatalogueBehaviours:
    """What is true of base models."""

    def test_every_compartment_shows_the_base_models(self, genai: GenAi) -> None:
        """Base models have no compartment and no base model."""
        here, there = (list(genai.list_models(each)) for each in (ready.COMPARTMENT, ready.ELSEWHERE))
        assert here == there
        assert len(here) > 20
        assert {(m.type, m.compartment_id, m.base_model_id, m.lifecycle_state) for m in here} == {
            ("BASE", None, None, "ACTIVE")
        }

    def test_a_list_of_models_has_base_models_and_custom_models(self, genai: GenAi) -> None:
        """A custom model is listed in its own compartment only."""
        before = len(list(genai.list_models(ready.COMPARTMENT)))
        mine = ready.custom_model(genai)
        here = list(genai.list_models(ready.COMPARTMENT))
        assert (len(here), here[0].id) == (before + 1, mine.id)
        assert mine.id not in {model.id for model in genai.list_models(ready.ELSEWHERE)}

    def test_imported_models_are_not_in_the_list_of_models(self, genai: GenAi) -> None:
        """They have a list of their own."""
        imported = ready.imported_model(genai, display_name="imported")
        assert genai.list_models(ready.COMPARTMENT, display_name="imported").first() is None
        assert genai.list_imported_models(ready.COMPARTMENT).one().id == imported.id

    @pytest.mark.parametrize(
        ("identifier", "name", "capabilities"),
        [
            (EMBED, "cohere.embed-v4.0", ("TEXT_EMBEDDINGS",)),
            (LLAMA_CHAT, "meta.llama-3.1-70b-instruct", ("CHAT",)),
            (LLAMA_TUNE, "meta.llama-3.1-70b-instruct", ("CHAT", "FINE_TUNE")),
        ],
    )
    def test_base_models_have_their_documented_ids(
        self, genai: GenAi, identifier: str, name: str, capabilities: tuple[str, ...]
    ) -> None:
        """If the OCID of a base model is known, the catalogue has that OCID."""
        model = genai.get_model(identifier)
        assert (model.display_name, model.capabilities) == (name, capabilities)

    def test_base_models_have_their_documented_times(self, genai: GenAi) -> None:
        """Times are exact to the millisecond; the dates of deprecation and retirement are there too."""
        assert genai.get_model(EMBED).time_created == datetime(2025, 7, 1, 23, 3, 42, 397000, tzinfo=UTC)
        llama = genai.list_models(ready.COMPARTMENT, display_name="meta.llama-3.1-405b-instruct").one()
        assert llama.time_deprecated == datetime(2026, 5, 15, tzinfo=UTC)
        assert llama.time_on_demand_retired == llama.time_dedicated_retired == datetime(2026, 9, 30, tzinfo=UTC)

    def test_fine_tunable_base_models_are_listed_twice(self, genai: GenAi) -> None:
        """The second record has its own id and adds FINE_TUNE. All other names are listed once."""
        models = list(genai.list_models(ready.COMPARTMENT))
        names = Counter(model.display_name for model in models)
        twice = {name for name, count in names.items() if count == 2}
        assert twice == {model.display_name for model in models if model.capabilities == ("CHAT", "FINE_TUNE")}
        assert "meta.llama-3.3-70b-instruct" in twice
        assert max(names.values()) == 2

    def test_base_models_are_listed_newest_first(self, genai: GenAi) -> None:
        """The recorded list of the real service has this order."""
        times = [model.time_created for model in genai.list_models(ready.COMPARTMENT)]
        assert times == sorted(times, reverse=True)
        assert len(times) == len(set(times))

    def test_each_region_has_its_own_base_models(self, genai: GenAi) -> None:
        """Another region has other ids and may offer fewer models or none."""
        chicago, frankfurt = (
            {model.id: model.display_name for model in genai.list_models(ready.COMPARTMENT, region=region)}
            for region in ("us-chicago-1", "eu-frankfurt-1")
        )
        assert chicago.keys().isdisjoint(frankfurt)
        assert {*chicago.values()} != {*frankfurt.values()}
        assert "meta.llama-3.3-70b-instruct" in {*chicago.values()} & {*frankfurt.values()}
        assert list(genai.list_models(ready.COMPARTMENT, region="ap-tokyo-1")) == []

    def test_a_base_model_is_found_in_its_own_region_only(self, harness: PortHarness) -> None:
        """GET returns it with an etag. In another region it is not found."""
        found = harness.genai.get_model(EMBED)
        assert (found.type, bool(response_of(found).etag)) == ("BASE", True)
        with harness.refuses(NotFound, "not-found"):
            harness.genai.get_model(EMBED, region="eu-frankfurt-1")

    @needs(Capability.SEED, Capability.SEVERAL)
    def test_base_models_are_the_same_in_every_world(self, open_harness: OpenPortHarness) -> None:
        """Neither the seed nor the calls in a world change them."""
        one, another = open_harness(seed=1), open_harness(seed=2)
        ready.custom_model(one.genai)
        models = [m for m in one.genai.list_models(ready.COMPARTMENT) if m.type == "BASE"]
        assert models == list(another.genai.list_models(ready.COMPARTMENT))
