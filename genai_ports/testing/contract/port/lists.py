"""Lists: their order, their filters, and how a Listing is walked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from genai_ports import builders
from genai_ports.api.imported_model import UpdateImportedModelDetails
from genai_ports.client.pagination import NotExactlyOne
from genai_ports.errors import InvalidParameter
from genai_ports.testing import ready
from genai_ports.testing.contract.port.resources import Resources

if TYPE_CHECKING:
    from genai_ports.api.kind import Kind
    from genai_ports.client.ports import GenAi
    from genai_ports.testing.contract.port.harness import PortHarness


def named(items: Any) -> list[str]:
    """Tell the display names of what is listed."""
    return [item.display_name for item in items]


def make(resources: Resources, *names: str) -> dict[str, str]:
    """Make resources of these names, a second apart; give their ids by name."""
    made = {}
    for name in names:
        made[name] = resources.create(display_name=name).id
        resources.genai.clock.sleep(1)
    return made


class ListBehaviours:
    """What is true of lists."""

    def test_lists_begin_with_the_newest(self, resources: Resources) -> None:
        """`timeCreated` is what they are sorted by, downwards unless told."""
        make(resources, "b", "c", "a")
        own = {"a", "b", "c"}
        assert [name for name in named(resources.list()) if name in own] == ["a", "c", "b"]
        assert [name for name in named(resources.list(sort_by="timeCreated")) if name in own] == ["a", "c", "b"]
        assert [name for name in named(resources.list(sort_order="ASC")) if name in own] == ["b", "c", "a"]

    def test_what_was_made_at_one_time_is_listed_last_made_first(self, genai: GenAi) -> None:
        """Equal times do not mix the order up, in either direction."""
        for name in "abcde":
            genai.create_imported_model(ready.imported_model_details(display_name=name))
        assert named(genai.list_imported_models(ready.COMPARTMENT)) == list("edcba")
        assert named(genai.list_imported_models(ready.COMPARTMENT, sort_order="ASC")) == list("abcde")

    def test_lists_by_display_name_go_upwards(self, resources: Resources) -> None:
        """Names are sorted from A to Z unless told."""
        make(resources, "b", "c", "a")
        names = named(resources.own(sort_by="displayName"))
        assert [name for name in names if name in "abc"] == ["a", "b", "c"]
        names = named(resources.own(sort_by="displayName", sort_order="DESC"))
        assert [name for name in names if name in "abc"] == ["c", "b", "a"]

    def test_lists_follow_a_change_of_what_they_sort_by(self, genai: GenAi) -> None:
        """A resource that is renamed is found at its new place, and there alone."""
        made = [ready.imported_model(genai, display_name=name).id for name in "bd"]
        assert named(genai.list_imported_models(ready.COMPARTMENT, sort_by="displayName")) == ["b", "d"]
        ready.finish(genai, genai.update_imported_model(made[0], UpdateImportedModelDetails(display_name="e")))
        assert named(genai.list_imported_models(ready.COMPARTMENT, sort_by="displayName")) == ["d", "e"]

    def test_endpoints_cannot_be_sorted_by_lifecycle_state(self, genai: GenAi) -> None:
        """Their list knows `displayName` and `timeCreated` only."""
        with pytest.raises(InvalidParameter):
            genai.list_endpoints(ready.COMPARTMENT, sort_by="lifecycleState").first()

    def test_lists_can_be_filtered_by_display_name(self, resources: Resources) -> None:
        """The whole name, exactly."""
        make(resources, "alpha", "alphabet", "Alpha")
        assert named(resources.list(display_name="alpha")) == ["alpha"]
        assert named(resources.list(display_name="alph")) == []

    def test_lists_can_be_filtered_by_id(self, resources: Resources) -> None:
        """There is one then, or none."""
        made = make(resources, "a", "b")
        assert resources.list(id=made["a"]).one().display_name == "a"
        assert list(resources.list(id=made["a"], display_name="b")) == []

    def test_lists_can_be_filtered_by_lifecycle_state(self, realistic: PortHarness, kind: Kind) -> None:
        """A resource is found under the state it is in, as soon as it is."""
        resources = Resources(realistic.genai, kind)
        begun = resources.create(display_name="mine")
        assert resources.list(lifecycle_state="CREATING").one().id == begun.id
        assert list(resources.list(lifecycle_state="ACTIVE", display_name="mine")) == []
        ready.finish(realistic.genai, begun)
        assert list(resources.list(lifecycle_state="CREATING")) == []
        assert resources.list(lifecycle_state="ACTIVE", display_name="mine").one().id == begun.id

    def test_models_can_be_filtered_by_vendor(self, genai: GenAi) -> None:
        """The whole vendor, exactly."""
        vendors = {model.vendor for model in genai.list_models(ready.COMPARTMENT, vendor="cohere")}
        assert vendors == {"cohere"}
        assert list(genai.list_models(ready.COMPARTMENT, vendor="coher")) == []

    def test_imported_models_can_be_filtered_by_vendor(self, genai: GenAi) -> None:
        """Those that have none match no vendor."""
        genai.create_imported_model(ready.imported_model_details(display_name="ours", vendor="us"))
        genai.create_imported_model(ready.imported_model_details(display_name="nobody's"))
        assert named(genai.list_imported_models(ready.COMPARTMENT, vendor="us")) == ["ours"]

    def test_several_capabilities_mean_any_of_them(self, genai: GenAi) -> None:
        """A model is shown that has one or the other."""
        rerank, embeddings, either = (
            {m.id for m in genai.list_models(ready.COMPARTMENT, capability=wanted)}
            for wanted in ("TEXT_RERANK", "TEXT_EMBEDDINGS", ["TEXT_RERANK", "TEXT_EMBEDDINGS"])
        )
        assert rerank
        assert embeddings
        assert either == rerank | embeddings

    def test_imported_models_can_be_filtered_by_capability(self, genai: GenAi) -> None:
        """In their own vocabulary."""
        for model_id in ("Qwen/Qwen3-Embedding-0.6B", "openai/gpt-oss-20b"):
            source = builders.hugging_face_data_source(model_id=model_id)
            genai.create_imported_model(ready.imported_model_details(data_source=source, display_name=model_id))
        assert named(genai.list_imported_models(ready.COMPARTMENT, capability="EMBEDDING")) == [
            "Qwen/Qwen3-Embedding-0.6B"
        ]
        either = genai.list_imported_models(ready.COMPARTMENT, capability=("EMBEDDING", "TEXT_TO_TEXT"))
        assert len(list(either)) == 2

    def test_filters_together_mean_all_of_them(self, genai: GenAi) -> None:
        """A custom model is found by state, name, id, vendor and FINE_TUNE at once."""
        model = ready.custom_model(genai, display_name="mine")
        found = genai.list_models(
            ready.COMPARTMENT,
            vendor="meta",
            capability=["FINE_TUNE"],
            lifecycle_state="ACTIVE",
            display_name="mine",
            id=model.id,
        )
        assert found.one().id == model.id
        assert genai.list_models(ready.COMPARTMENT, display_name="mine", vendor="cohere").first() is None

    def test_endpoints_can_be_filtered_by_private_endpoint(self, genai: GenAi) -> None:
        """Those that are public match none."""
        private = "ocid1.generativeaiprivateendpoint.oc1.us-chicago-1.amaaaaaaprivate"
        details = ready.endpoint_details(genai)
        genai.create_endpoint(details)
        wanted = ready.endpoint(genai, generative_ai_private_endpoint_id=private)
        found = genai.list_endpoints(ready.COMPARTMENT, generative_ai_private_endpoint_id=private)
        assert found.one().id == wanted.id

    def test_a_filter_knows_the_values_of_its_enumeration(self, resources: Resources) -> None:
        """A state that the kind does not have is refused, not just without a match."""
        with pytest.raises(InvalidParameter):
            resources.list(lifecycle_state="DANCING").first()

    @pytest.mark.parametrize("capability", [5, False, [5], ["CHAT", None]], ids=str)
    def test_a_capability_is_a_text(self, harness: PortHarness, capability: Any) -> None:
        """What is none is refused when the list is walked, as a text that is no capability is."""
        listings = (
            harness.genai.list_models(ready.COMPARTMENT, capability=capability),
            harness.genai.list_imported_models(ready.COMPARTMENT, capability=capability),
        )
        for listing in listings:
            with pytest.raises(InvalidParameter, match="capability"):
                listing.first()

    def test_models_have_no_state_updating_to_filter_by(self, genai: GenAi) -> None:
        """UPDATING is a state of the other kinds."""
        with pytest.raises(InvalidParameter):
            genai.list_models(ready.COMPARTMENT, lifecycle_state="UPDATING").first()
        assert list(genai.list_imported_models(ready.COMPARTMENT, lifecycle_state="UPDATING")) == []

    def test_lists_show_one_compartment(self, resources: Resources) -> None:
        """What is in another one is not there."""
        make(resources, "here")
        assert [each for each in named(resources.own(ready.ELSEWHERE)) if each == "here"] == []
        assert "here" in named(resources.own())

    def test_the_compartment_must_be_one(self, harness: PortHarness) -> None:
        """An id of another type is refused; the tenancy is the root compartment."""
        other = "ocid1.user.oc1..somebody"
        with harness.refuses(InvalidParameter, "property-value"):
            harness.genai.list_imported_models(other).first()
        with harness.refuses(InvalidParameter, "property-value"):
            harness.genai.list_work_requests(other).first()
        assert list(harness.genai.list_imported_models("ocid1.tenancy.oc1..root")) == []

    def test_first_gives_the_first_or_none(self, genai: GenAi) -> None:
        """An empty list is no error."""
        assert genai.list_imported_models(ready.COMPARTMENT).first() is None
        for name in "ab":
            genai.create_imported_model(ready.imported_model_details(display_name=name))
        newest = genai.list_imported_models(ready.COMPARTMENT).first()
        assert newest is not None
        assert newest.display_name == "b"

    def test_one_wants_exactly_one(self, genai: GenAi) -> None:
        """None, or several, is an error."""
        with pytest.raises(NotExactlyOne, match="there is none"):
            genai.list_imported_models(ready.COMPARTMENT).one()
        made = genai.create_imported_model(ready.imported_model_details())
        assert genai.list_imported_models(ready.COMPARTMENT).one().id == made.id
        genai.create_imported_model(ready.imported_model_details())
        with pytest.raises(NotExactlyOne, match="there are several"):
            genai.list_imported_models(ready.COMPARTMENT).one()

    def test_a_listing_can_be_walked_again_and_is_fresh(self, genai: GenAi) -> None:
        """Each walk asks the service anew."""
        listing = genai.list_imported_models(ready.COMPARTMENT)
        assert list(listing) == []
        genai.create_imported_model(ready.imported_model_details(display_name="new"))
        assert named(listing) == named(listing) == ["new"]
