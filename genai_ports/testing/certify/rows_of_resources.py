"""The rows of `docs/fidelity.md` about resources, each with the contract tests that show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

ROWS_OF_RESOURCES: Final[Mapping[str, tuple[str, ...]]] = {
    # Base models
    "Which base models there are, in which regions": ("test_each_region_has_its_own_base_models",),
    "Type BASE, no base model, no fine-tuning, no metrics, empty tags": (
        "test_every_compartment_shows_the_base_models",
    ),
    "Vendors are in lower case": ("test_models_can_be_filtered_by_vendor",),
    "`isLongTermSupported` is true": (),
    "`version` is `1.0`": (),
    "A model that can be fine-tuned is listed twice, once with FINE_TUNE": (
        "test_fine_tunable_base_models_are_listed_twice",
    ),
    "OCIDs in the table below": ("test_base_models_have_their_documented_ids",),
    "All other OCIDs are a hash of name and region, the same in every world": (
        "test_base_models_are_the_same_in_every_world",
    ),
    "`timeCreated` that was recorded with the OCID": ("test_base_models_have_their_documented_times",),
    "`timeCreated` otherwise: the day of the release, and a time of day that keeps the order strict": (
        "test_base_models_are_listed_newest_first",
    ),
    "Times of deprecation and retirement": ("test_base_models_have_their_documented_times",),
    "A retired model stays ACTIVE in the list": (),
    "GET of a base model works, changing it does not": (
        "test_a_base_model_is_found_in_its_own_region_only",
        "test_a_base_model_cannot_be_updated",
        "test_a_base_model_cannot_be_deleted",
        "test_a_base_model_cannot_be_moved",
    ),
    "LoRA fine-tunes Meta's models": (
        "test_a_custom_model_has_the_fine_tuning_details_of_its_request",
        "test_a_training_method_of_another_vendor_is_refused",
    ),
    "T-Few and Vanilla fine-tune Cohere's models": ("test_each_base_model_has_its_own_training_methods",),
    # Custom models
    "Only a base model with FINE_TUNE can be fine-tuned, on a cluster of type FINE_TUNING": (
        "test_only_a_base_model_with_fine_tune_can_be_trained",
        "test_a_custom_model_cannot_be_trained_again",
        "test_a_training_on_a_hosting_cluster_is_refused",
    ),
    "The model inherits its base model's capabilities, FINE_TUNE included": (
        "test_a_custom_model_inherits_vendor_and_capabilities_from_its_base_model",
    ),
    "It inherits the vendor by default": ("test_a_custom_model_inherits_vendor_and_capabilities_from_its_base_model",),
    "Ranges of hyperparameters": ("test_a_hyperparameter_out_of_its_range_is_refused",),
    "Default: three epochs": ("test_the_training_configuration_may_be_omitted",),
    "Metrics are present when it is ACTIVE; their class depends on the capability": (
        "test_a_custom_model_has_metrics_after_its_training",
        "test_a_text_generation_model_has_metrics_of_its_own_class",
    ),
    "The numbers in the metrics follow from the seed": (
        "test_the_same_seed_and_calls_give_the_same_responses_as_in_memory",
    ),
    "`isLongTermSupported` is false": (),
    # Imported models
    "From Hugging Face or Object Storage, with these properties": (
        "test_an_imported_model_has_the_data_source_of_its_request",
        "test_an_invalid_data_source_is_refused",
        "test_a_data_source_of_an_unknown_type_is_refused",
    ),
    "One capability, of a vocabulary of its own": (
        "test_an_import_with_two_capabilities_is_refused",
        "test_an_import_with_a_capability_of_models_is_refused",
    ),
    "Without one: what Oracle documents for that Hugging Face model": (
        "test_an_imported_model_has_the_capability_documented_for_it",
    ),
    "Without one, for any other: TEXT_TO_TEXT": (
        "test_a_model_that_is_not_documented_has_the_capability_text_to_text",
    ),
    "Any well-formed Hugging Face id can be imported": (
        "test_a_model_that_is_not_documented_has_the_capability_text_to_text",
    ),
    "`accessToken` is never stored, listed, logged or returned": ("test_no_response_contains_an_access_token",),
    "`displayName` takes letters, digits, `-` and `_` only": ("test_a_name_with_special_characters_is_refused",),
    "Updating one is work, though only names and tags change": (
        "test_an_imported_model_is_updating_until_the_work_is_finished",
    ),
    # Endpoints and clusters
    "An endpoint serves a base, custom or imported model, on a cluster of type HOSTING": (
        "test_base_custom_and_imported_models_can_be_served",
        "test_an_endpoint_on_a_fine_tuning_cluster_is_refused",
    ),
    "No private endpoint for an imported model": ("test_a_private_endpoint_for_an_imported_model_is_refused",),
    "A model with endpoints cannot be deleted": (
        "test_a_custom_model_in_use_by_an_endpoint_cannot_be_deleted",
        "test_an_imported_model_in_use_by_an_endpoint_cannot_be_deleted",
        "test_a_model_used_by_two_endpoints_can_be_deleted_after_both",
    ),
    "A cluster with endpoints or custom models cannot be deleted": (
        "test_a_cluster_in_use_by_an_endpoint_cannot_be_deleted",
        "test_a_cluster_in_use_by_a_custom_model_cannot_be_deleted",
    ),
    "An endpoint counts until it is DELETED, whatever its state": (
        "test_the_used_capacity_is_the_number_of_endpoints",
        "test_an_endpoint_uses_its_model_while_it_is_created_and_deleted",
    ),
    "A hosting cluster holds 50 endpoints, and its capacity says how many it holds": (
        "test_a_hosting_cluster_has_a_capacity_and_a_fine_tuning_cluster_has_none",
        "test_a_cluster_holds_fifty_endpoints",
        "test_lists_show_the_capacity_too",
    ),
    "A cluster for fine-tuning has no capacity": (
        "test_a_hosting_cluster_has_a_capacity_and_a_fine_tuning_cluster_has_none",
    ),
    "Content moderation is off by default, and its configuration is returned": (
        "test_content_moderation_is_off_by_default",
    ),
    "Which attributes an update can change": (
        "test_an_update_keeps_the_attributes_that_it_does_not_name",
        "test_an_endpoint_is_updating_until_the_work_is_finished",
        "test_a_cluster_is_updating_until_the_work_is_finished",
        "test_a_private_endpoint_is_updating_until_the_work_is_finished",
    ),
    "Unit shapes: any that the SDK knows; one unit or more; see [limits and shapes](#limits-and-shapes)": (
        "test_a_cluster_with_an_invalid_value_is_refused",
        "test_an_update_to_zero_units_is_refused",
    ),
    # Private endpoints
    "Operations, properties, states, filters; the list sorts by `timeCreated` only": (
        "test_private_endpoints_can_be_filtered_by_resource_type",
        "test_a_private_endpoint_has_the_attributes_of_its_request",
    ),
    "An endpoint can only name a private endpoint that exists in its region and is ACTIVE": (
        "test_an_endpoint_that_names_an_unknown_private_endpoint_is_refused",
        "test_an_endpoint_cannot_use_a_private_endpoint_of_another_region",
        "test_a_private_endpoint_that_is_not_ready_cannot_be_used",
    ),
    "An endpoint can only name one with the resource type ENDPOINT": (
        "test_a_private_endpoint_for_applications_cannot_be_used_by_an_endpoint",
    ),
    "A private endpoint that an endpoint names cannot be deleted": (
        "test_a_private_endpoint_in_use_by_an_endpoint_cannot_be_deleted",
    ),
    "While an update of an endpoint names another one, both are in use; a failed update keeps the first one": (
        "test_an_endpoint_can_be_moved_to_another_private_endpoint",
    ),
    "`fqdn` is `PREFIX.pe.inference.generativeai.REGION.oci.` and the domain of the realm, from the start": (
        "test_a_private_endpoint_has_a_domain_name_at_once_and_an_address_when_it_is_ready",
        "test_the_domain_name_is_in_the_domain_of_the_realm",
    ),
    "`fqdn` follows an update of `dnsPrefix`": ("test_a_private_endpoint_is_updating_until_the_work_is_finished",),
    "`dnsPrefix` has 1 to 63 letters, digits and hyphens, a letter first and no hyphen last": (
        "test_a_dns_prefix_is_a_dns_label",
        "test_a_dns_prefix_that_is_not_a_dns_label_is_refused",
    ),
    "`privateEndpointIp` is there when it is ACTIVE, as `10.x.y.z`: `x` follows from the seed and the subnet, `y.z` is "
    "another one for each private endpoint": (
        "test_a_private_endpoint_has_a_domain_name_at_once_and_an_address_when_it_is_ready",
    ),
    "`resourceType` is ENDPOINT by default": ("test_a_private_endpoint_is_for_endpoints_by_default",),
    "`isAllowOnDemand` is false by default": ("test_a_private_endpoint_is_for_endpoints_by_default",),
    "`nsgIds` and `securityAttributes` are empty by default": ("test_a_private_endpoint_is_for_endpoints_by_default",),
    "The subnet and the network security groups are not looked up": (
        "test_a_private_endpoint_has_the_attributes_of_its_request",
    ),
    # Regions, OCIDs, names
    "Regions, codes, realms and domains": ("test_an_ocid_contains_the_region",),
    "The 12 regions marked as offering the service": (),
    "Calls to other regions work, and list no base models": (
        "test_each_region_has_its_own_base_models",
        "test_an_ocid_contains_the_region",
    ),
    "The endpoint's URL in each region and realm, dual stack too": (),
    "A resource lives in one region; elsewhere it is not found": (
        "test_a_resource_is_not_found_in_another_region",
        "test_a_work_request_is_not_found_in_another_region",
        "test_lists_show_one_region",
        "test_an_endpoint_cannot_use_resources_of_another_region",
    ),
    "The form of OCIDs: 60 characters last, `amaaaaaa` first, then eight that stand for the tenancy": (
        "test_identifiers_are_ocids_of_their_kind",
    ),
    "`iad` and `phx` in OCIDs, full ids for all other regions": ("test_an_ocid_contains_the_region",),
    "A generated name is the type and the time, such as `generativeaiendpoint20250531235319`": (
        "test_a_display_name_is_generated_if_omitted",
    ),
    "The same for models and clusters": (
        "test_a_display_name_is_generated_if_omitted[model]",
        "test_a_display_name_is_generated_if_omitted[dedicated_ai_cluster]",
    ),
    "A generated version is `v` and the time": (
        "test_a_display_name_is_generated_if_omitted[model]",
        "test_a_display_name_is_generated_if_omitted[imported_model]",
    ),
    "Names have 1 to 255 characters": ("test_a_display_name_has_1_to_255_characters",),
    "Tag keys have up to 100 characters, values up to 256": ("test_tags_that_oci_does_not_accept_are_refused",),
    "A resource has up to 64 free-form tags": ("test_tags_that_oci_does_not_accept_are_refused",),
    "A resource has up to 64 defined tags": (),
    "Compartments are OCIDs of a compartment or tenancy; any exists": (
        "test_a_move_to_something_else_than_a_compartment_is_refused",
        "test_a_list_of_something_else_than_a_compartment_is_refused",
        "test_a_creation_without_a_valid_compartment_is_refused",
        "test_a_resource_can_be_moved_to_the_tenancy",
    ),
    # Limits and shapes
    "Exceeding a limit is 400 `LimitExceeded`, with the recorded text as its first sentence": (),
    "Exceeding a quota is 400 `QuotaExceeded`": (),
    "`dedicated-unit-large-cohere-count` is the limit of the large units for Cohere's models": (),
    "The names for small and embedding units, for `LLAMA2_70`, and for GPUs from A10 to B200": (),
    "`dedicated-unit-large-meta-count` is the limit of the large units for Meta's models": (),
    "The names for all other shapes, formed like those": (),
    "A unit of `SMALL_COHERE_4` counts four times, one of a GPU shape as often as it has GPUs": (),
    "The number at the end of other shapes means the same; GENERIC units count as Meta's": (),
    "A new tenancy has none of these units: a *strict* world": (),
    "Units have no limit: a *generous* world, the default": (),
    "Limits are for a region, quotas for a compartment in each region": (),
    "Units count from the create until the cluster is DELETED; more units in an update count too": (),
    "A cluster whose create has failed has no units, one whose delete has failed keeps its own": (),
    "A move needs that much quota in the target compartment": (),
    "A hosting cluster holds 50 endpoints": ("test_a_cluster_holds_fifty_endpoints",),
    "Endpoints need a HOSTING cluster, custom models a FINE_TUNING cluster": (
        "test_an_endpoint_on_a_fine_tuning_cluster_is_refused",
        "test_a_training_on_a_hosting_cluster_is_refused",
    ),
    "Shapes with COHERE are for Cohere's models, but embeddings need EMBED_COHERE; GENERIC is for the others": (
        "test_a_base_model_can_be_served_on_the_shapes_for_it",
        "test_a_base_model_on_a_shape_for_other_models_is_refused",
        "test_a_base_model_can_be_fine_tuned_on_the_shapes_for_it",
        "test_fine_tuning_on_a_shape_for_other_models_is_refused",
        "test_a_custom_model_can_be_served_on_the_shapes_of_its_base_model",
    ),
    "Reranking needs RERANK_COHERE; LLAMA2_70 is for Meta's models, COHERE, META and OAI before "
    "a GPU for those vendors'": (
        "test_a_base_model_can_be_served_on_the_shapes_for_it",
        "test_a_base_model_on_a_shape_for_other_models_is_refused",
    ),
    "Shapes with SB before a GPU are for all models": (),
    "Plain GPU shapes are for imported models alone": (
        "test_a_base_model_on_a_shape_for_other_models_is_refused",
        "test_an_imported_model_can_be_served_on_any_shape",
    ),
    "Imported models run on any shape": ("test_an_imported_model_can_be_served_on_any_shape",),
    "A shape that does not fit is 400 `InvalidParameter`": (
        "test_a_base_model_on_a_shape_for_other_models_is_refused",
        "test_fine_tuning_on_a_shape_for_other_models_is_refused",
    ),
    # Strict and lenient
    "An unknown property in a body is 400": (),
    "An unknown query parameter is 400": (),
    'A value of another type, such as `"1"` for a number, is 400': (
        "test_a_number_of_units_with_the_wrong_type_is_refused",
        "test_a_private_endpoint_with_an_invalid_value_is_refused",
    ),
    "A body that nests deeper than 64 levels is 400": (
        "test_a_body_may_nest_64_levels",
        "test_a_body_that_nests_deeper_is_refused",
    ),
    "A body for an operation without one is 400, and so is a property that occurs twice": (),
    "`--lenient` accepts unknown parameters and properties, and records them in the journal": (),
    "`--lenient` reads numbers and booleans from strings, and strings from numbers and booleans": (),
    "`--lenient` does not relax enumerations, ranges and lengths": (),
}
