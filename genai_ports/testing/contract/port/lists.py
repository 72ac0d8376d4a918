"""Lists: order, filters, and the methods of a Listing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from genai_ports import builders
from genai_ports.api.imported_model import UpdateImportedModelDetails
from genai_ports.errors import InvalidInput, InvalidParameter, NotExactlyOne
from genai_ports.testing import ready
from genai_ports.testing.contract.capabilities import Capability, needs
from genai_ports.testing.contract.port.resources import Resources

if TYPE_CHECKING:
    from genai_ports.api.kind import Kind
    from genai_ports.client.ports import GenAi
    from genai_ports.testing.contract.port.harness import PortHarness


def names_of(items: Any) -> list[str]:
    """Return the display names of items."""
    return [item.display_name for item in items]


def create(resources: Resources, *names: str) -> dict[str, str]:
    """Create resources with these names, one second apart; return their ids by name."""
    made = {}
    for name in names:
        made[name] = resources.create(display_name=name).id
        resources.genai.clock.sleep(1)
    return made


class ListBehaviours:
    """What is true of lists."""

    def test_lists_are_sorted_newest_first_by_default(self, resources: Resources) -> None:
        """The default of `sort_by` is `timeCreated`, in descending order."""
        create(resources, "b", "c", "a")
        own = {"a", "b", "c"}
        assert [name for name in names_of(resources.list()) if name in own] == ["a", "c", "b"]
        assert [name for name in names_of(resources.list(sort_by="timeCreated")) if name in own] == ["a", "c", "b"]
        assert [name for name in names_of(resources.list(sort_order="ASC")) if name in own] == ["b", "c", "a"]

    def test_resources_with_the_same_time_are_listed_in_the_order_of_their_creation(self, genai: GenAi) -> None:
        """Equal times keep their order in both directions."""
        for name in "abcde":
            genai.create_imported_model(ready.imported_model_details(display_name=name))
        assert names_of(genai.list_imported_models(ready.COMPARTMENT)) == list("edcba")
        assert names_of(genai.list_imported_models(ready.COMPARTMENT, sort_order="ASC")) == list("abcde")

    def test_lists_by_display_name_are_ascending_by_default(self, resources: Resources) -> None:
        """Names are sorted from A to Z. A list without this sort key refuses it."""
        if "displayName" not in resources.sort_keys:
            with pytest.raises(InvalidParameter, match="sortBy"):
                resources.list(sort_by="displayName").first()
            return
        create(resources, "b", "c", "a")
        names = names_of(resources.own(sort_by="displayName"))
        assert [name for name in names if name in "abc"] == ["a", "b", "c"]
        names = names_of(resources.own(sort_by="displayName", sort_order="DESC"))
        assert [name for name in names if name in "abc"] == ["c", "b", "a"]

    def test_a_renamed_resource_moves_in_a_list_by_name(self, genai: GenAi) -> None:
        """It is listed once, at its new place."""
        made = [ready.imported_model(genai, display_name=name).id for name in "bd"]
        assert names_of(genai.list_imported_models(ready.COMPARTMENT, sort_by="displayName")) == ["b", "d"]
        ready.finish(genai, genai.update_imported_model(made[0], UpdateImportedModelDetails(display_name="e")))
        assert names_of(genai.list_imported_models(ready.COMPARTMENT, sort_by="displayName")) == ["d", "e"]

    def test_endpoints_cannot_be_sorted_by_lifecycle_state(self, genai: GenAi) -> None:
        """They can be sorted by `displayName` and `timeCreated` only."""
        with pytest.raises(InvalidParameter):
            genai.list_endpoints(ready.COMPARTMENT, sort_by="lifecycleState").first()

    @pytest.mark.parametrize("option", ["sort_by", "sort_order", "lifecycle_state"])
    @pytest.mark.parametrize("value", ["", "NEW", "5"])
    def test_a_value_that_an_enumeration_does_not_have_is_refused(
        self, harness: PortHarness, resources: Resources, option: str, value: str
    ) -> None:
        """The service refuses it: 400, with the values that it accepts."""
        with harness.refuses(InvalidParameter, "query-value"):
            resources.list(**{option: value}).first()

    @pytest.mark.parametrize(
        ("option", "value"),
        [("limit", "10"), ("limit", True), ("limit", 2.5), ("sort_by", 5), ("display_name", 5), ("id", ("a",))],
    )
    def test_a_value_of_the_wrong_type_is_refused_before_anything_is_sent(
        self, resources: Resources, option: str, value: Any
    ) -> None:
        """In the query of a URL, it would become another value."""
        with pytest.raises(InvalidInput, match=f"{option} must be "):
            resources.list(**{option: value})

    def test_lists_can_be_filtered_by_display_name(self, resources: Resources) -> None:
        """The whole name must match."""
        create(resources, "alpha", "alphabet", "Alpha")
        assert names_of(resources.list(display_name="alpha")) == ["alpha"]
        assert names_of(resources.list(display_name="alph")) == []

    def test_lists_can_be_filtered_by_id(self, resources: Resources) -> None:
        """There is one match or none."""
        made = create(resources, "a", "b")
        assert resources.list(id=made["a"]).one().display_name == "a"
        assert list(resources.list(id=made["a"], display_name="b")) == []

    @needs(Capability.UNDER_WAY)
    def test_lists_can_be_filtered_by_lifecycle_state(self, realistic: PortHarness, kind: Kind) -> None:
        """A resource matches the state that it is in now."""
        resources = Resources(realistic.genai, kind)
        created = resources.create(display_name="mine")
        assert resources.list(lifecycle_state="CREATING").one().id == created.id
        assert list(resources.list(lifecycle_state="ACTIVE", display_name="mine")) == []
        ready.finish(realistic.genai, created)
        assert list(resources.list(lifecycle_state="CREATING")) == []
        assert resources.list(lifecycle_state="ACTIVE", display_name="mine").one().id == created.id

    def test_models_can_be_filtered_by_vendor(self, genai: GenAi) -> None:
        """The whole vendor must match."""
        vendors = {model.vendor for model in genai.list_models(ready.COMPARTMENT, vendor="cohere")}
        assert vendors == {"cohere"}
        assert list(genai.list_models(ready.COMPARTMENT, vendor="coher")) == []

    def test_imported_models_can_be_filtered_by_vendor(self, genai: GenAi) -> None:
        """An imported model without a vendor matches no vendor."""
        genai.create_imported_model(ready.imported_model_details(display_name="ours", vendor="us"))
        genai.create_imported_model(ready.imported_model_details(display_name="of-nobody"))
        assert names_of(genai.list_imported_models(ready.COMPARTMENT, vendor="us")) == ["ours"]

    def test_a_filter_with_several_capabilities_matches_any_of_them(self, genai: GenAi) -> None:
        """A model matches if it has one of them."""
        rerank, embeddings, either = (
            {m.id for m in genai.list_models(ready.COMPARTMENT, capability=wanted)}
            for wanted in ("TEXT_RERANK", "TEXT_EMBEDDINGS", ["TEXT_RERANK", "TEXT_EMBEDDINGS"])
        )
        assert rerank
        assert embeddings
        assert either == rerank | embeddings

    def test_imported_models_can_be_filtered_by_capability(self, genai: GenAi) -> None:
        """Their capabilities differ from those of models."""
        for name, model_id in (("embedding", "Qwen/Qwen3-Embedding-0.6B"), ("text", "openai/gpt-oss-20b")):
            source = builders.hugging_face_data_source(model_id=model_id)
            genai.create_imported_model(ready.imported_model_details(data_source=source, display_name=name))
        assert names_of(genai.list_imported_models(ready.COMPARTMENT, capability="EMBEDDING")) == ["embedding"]
        either = genai.list_imported_models(ready.COMPARTMENT, capability=("EMBEDDING", "TEXT_TO_TEXT"))
        assert len(list(either)) == 2

    def test_several_filters_must_all_match(self, genai: GenAi) -> None:
        """A custom model is found by state, name, id, vendor and FINE_TUNE together."""
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
        """Public endpoints match no private endpoint."""
        private = ready.private_endpoint(genai).id
        details = ready.endpoint_details(genai)
        genai.create_endpoint(details)
        wanted = ready.endpoint(genai, generative_ai_private_endpoint_id=private)
        found = genai.list_endpoints(ready.COMPARTMENT, generative_ai_private_endpoint_id=private)
        assert found.one().id == wanted.id

    def test_an_unknown_lifecycle_state_in_a_filter_is_refused(self, resources: Resources) -> None:
        """It is an error, not a filter without matches."""
        with pytest.raises(InvalidParameter):
            resources.list(lifecycle_state="DANCING").first()

    @pytest.mark.parametrize("capability", [5, False, [5], ["CHAT", None]], ids=str)
    def test_a_capability_that_is_not_text_is_refused(self, genai: GenAi, capability: Any) -> None:
        """The error is raised at once, before the list is read."""
        for list_them in (genai.list_models, genai.list_imported_models):
            with pytest.raises(InvalidInput, match="capability must be a string"):
                list_them(ready.COMPARTMENT, capability=capability)

    def test_models_cannot_be_filtered_by_the_state_updating(self, genai: GenAi) -> None:
        """Only the other kinds have this state."""
        with pytest.raises(InvalidParameter):
            genai.list_models(ready.COMPARTMENT, lifecycle_state="UPDATING").first()
        assert list(genai.list_imported_models(ready.COMPARTMENT, lifecycle_state="UPDATING")) == []

    def test_lists_show_one_compartment(self, resources: Resources) -> None:
        """Resources of other compartments are not listed."""
        create(resources, "here")
        assert [each for each in names_of(resources.own(ready.ELSEWHERE)) if each == "here"] == []
        assert "here" in names_of(resources.own())

    def test_a_list_of_something_else_than_a_compartment_is_refused(self, harness: PortHarness) -> None:
        """The tenancy is the root compartment."""
        other = "ocid1.user.oc1..somebody"
        with harness.refuses(InvalidParameter, "property-value"):
            harness.genai.list_imported_models(other).first()
        with harness.refuses(InvalidParameter, "property-value"):
            harness.genai.list_work_requests(other).first()
        assert list(harness.genai.list_imported_models("ocid1.tenancy.oc1..root")) == []

    def test_first_returns_the_first_item_or_none(self, genai: GenAi) -> None:
        """An empty list is not an error."""
        assert genai.list_imported_models(ready.COMPARTMENT).first() is None
        for name in "ab":
            genai.create_imported_model(ready.imported_model_details(display_name=name))
        newest = genai.list_imported_models(ready.COMPARTMENT).first()
        assert newest is not None
        assert newest.display_name == "b"

    def test_one_returns_the_only_item(self, genai: GenAi) -> None:
        """No item, or several, is an error."""
        with pytest.raises(NotExactlyOne, match="there is none"):
            genai.list_imported_models(ready.COMPARTMENT).one()
        made = genai.create_imported_model(ready.imported_model_details())
        assert genai.list_imported_models(ready.COMPARTMENT).one().id == made.id
        genai.create_imported_model(ready.imported_model_details())
        with pytest.raises(NotExactlyOne, match="there are several"):
            genai.list_imported_models(ready.COMPARTMENT).one()

    def test_a_listing_can_be_read_again(self, genai: GenAi) -> None:
        """Each iteration sends new calls."""
        listing = genai.list_imported_models(ready.COMPARTMENT)
        assert list(listing) == []
        genai.create_imported_model(ready.imported_model_details(display_name="new"))
        assert names_of(listing) == names_of(listing) == ["new"]
