"""The rows of `docs/fidelity.md` about calls, lists and work, each with the contract tests that show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

ROWS_OF_OPERATIONS: Final[Mapping[str, tuple[str, ...]]] = {
    # Calls and responses
    "Paths, methods, parameters and bodies of the operations, under `/20231130`": (
        "test_create_returns_the_same_resource_as_get",
        "test_lists_show_the_same_values_as_get",
        "test_a_cluster_has_the_attributes_of_its_request",
        "test_a_custom_model_has_the_attributes_of_its_request",
        "test_a_custom_model_has_the_fine_tuning_details_of_its_request",
        "test_an_imported_model_has_the_attributes_of_its_request",
        "test_an_endpoint_has_the_guards_of_its_request",
        "test_a_private_endpoint_has_the_attributes_of_its_request",
    ),
    "GET and lists return 200": (
        "test_get_returns_200_with_an_etag",
        "test_list_returns_200_without_etag_and_work_request",
        "test_lists_of_work_requests_errors_and_logs_return_200",
    ),
    "Create returns 201": ("test_create_returns_201_with_an_etag_and_a_work_request",),
    "Update of a model, endpoint, cluster or private endpoint returns 200": (
        "test_update_returns_its_status_with_an_etag_and_a_work_request_if_it_needs_work[model]",
        "test_update_returns_its_status_with_an_etag_and_a_work_request_if_it_needs_work[endpoint]",
        "test_update_returns_its_status_with_an_etag_and_a_work_request_if_it_needs_work[dedicated_ai_cluster]",
        "test_update_returns_its_status_with_an_etag_and_a_work_request_if_it_needs_work[generative_ai_private_endpoint]",
    ),
    "Update of an imported model returns 202": (
        "test_update_returns_its_status_with_an_etag_and_a_work_request_if_it_needs_work[imported_model]",
    ),
    "Change of compartment returns 204": ("test_change_compartment_returns_204_without_etag_and_work_request",),
    "Delete returns 202": ("test_delete_returns_202_with_a_work_request_and_no_etag",),
    "A property that is not set is left out; `compartmentId` of a base model is null": (
        "test_tags_are_empty_by_default",
        "test_an_imported_model_has_no_vendor_by_default",
        "test_every_compartment_shows_the_base_models",
    ),
    "Times are UTC in milliseconds, such as `2024-01-05T02:19:51.103Z`": (),
    "A 405 has `allow`, with the methods of the path": (),
    "A message quotes of a request known names, OCIDs and short numbers; of other values the type and the length": (),
    'An error\'s body is `{"code": …, "message": …}`': (),
    "Which codes have which statuses": (
        "test_an_unknown_resource_is_not_found",
        "test_a_change_with_a_stale_etag_is_412_and_changes_nothing",
    ),
    "The control plane sends those codes, not the status as a number": (),
    "The message of an error": (
        "test_an_error_shows_status_code_operation_and_reason",
        "test_the_error_names_the_shapes_that_fit",
        "test_a_cluster_without_a_shape_is_refused",
        "test_a_guard_without_is_enabled_is_refused",
    ),
    # Headers
    "`etag` comes with create, get and update, also of work requests; not with lists, deletes and moves": (
        "test_create_returns_201_with_an_etag_and_a_work_request",
        "test_get_returns_200_with_an_etag",
        "test_get_of_a_finished_work_request_returns_200_with_an_etag",
        "test_list_returns_200_without_etag_and_work_request",
        "test_delete_returns_202_with_a_work_request_and_no_etag",
        "test_change_compartment_returns_204_without_etag_and_work_request",
        "test_update_returns_its_status_with_an_etag_and_a_work_request_if_it_needs_work",
    ),
    "`opc-work-request-id` comes with every create and delete, and with updates except those of models": (
        "test_create_returns_201_with_an_etag_and_a_work_request",
        "test_delete_returns_202_with_a_work_request_and_no_etag",
        "test_update_returns_its_status_with_an_etag_and_a_work_request_if_it_needs_work",
    ),
    "`opc-request-id` comes with every response: three parts of 32 upper-case hexadecimal digits": (
        "test_a_request_id_is_generated_if_omitted",
    ),
    "The id that the client sent replaces its first part; if that id has several parts, the "
    "response has that many parts more": (
        "test_every_response_starts_with_the_request_id_of_the_client",
        "test_responses_about_work_requests_have_the_request_id_too",
        "test_an_error_has_the_request_id_of_the_client",
    ),
    "A client's id has up to three parts of letters, digits, `-` and `_`; others are refused": (
        "test_a_malformed_request_id_is_refused",
    ),
    "Its parts have up to 64 characters": ("test_a_malformed_request_id_is_refused",),
    "`opc-next-page` comes exactly when there is a next page": (
        "test_a_limit_is_the_size_of_a_page",
        "test_logs_are_listed_in_pages",
    ),
    "`retry-after` comes with a work request that is in progress, in whole seconds": (
        "test_get_of_an_unfinished_work_request_returns_retry_after",
        "test_retry_after_is_sent_until_the_work_is_finished",
        "test_get_of_a_finished_work_request_returns_200_with_an_etag",
    ),
    "Its value: a tenth of the whole time, 1 to 300": ("test_retry_after_is_sent_until_the_work_is_finished",),
    "`model-deprecation-info` comes with creating a model or endpoint from a base model that is deprecated": (
        "test_the_creation_of_an_endpoint_reports_a_deprecated_model",
    ),
    "Its text": ("test_the_creation_of_an_endpoint_reports_a_deprecated_model",),
    "`x-genai-ports-rule` names the rule that refused": (),
    # Lifecycle
    "The states of each resource; a model has no UPDATING": (
        "test_models_cannot_be_filtered_by_the_state_updating",
        "test_lists_can_be_filtered_by_lifecycle_state",
    ),
    "CREATING to ACTIVE or FAILED; UPDATING to ACTIVE; DELETING to DELETED": (
        "test_a_resource_is_creating_and_then_active",
        "test_a_resource_is_deleting_and_then_deleted",
        "test_a_change_during_an_update_is_refused",
    ),
    "Updating a model is synchronous; updating the others is work, with a work request": (
        "test_a_model_is_never_updating",
        "test_an_imported_model_is_updating_until_the_work_is_finished",
        "test_an_endpoint_is_updating_until_the_work_is_finished",
        "test_a_cluster_is_updating_until_the_work_is_finished",
        "test_a_private_endpoint_is_updating_until_the_work_is_finished",
    ),
    "A failed create ends FAILED": (),
    "A failed update goes back to the state and the values from before, ACTIVE or "
    "NEEDS_ATTENTION; `lifecycleDetails` says why it failed": (),
    "A failed delete ends FAILED": (),
    "A resource that is FAILED can be deleted, not changed": (),
    "A resource that is busy cannot be changed or deleted: 409 `IncorrectState`": (
        "test_a_change_during_a_creation_or_deletion_is_refused",
        "test_a_change_during_an_update_is_refused",
    ),
    "A resource that is busy cannot be used by a new one: 409 `IncorrectState`": (
        "test_a_private_endpoint_that_is_not_ready_cannot_be_used",
    ),
    "A cluster can need attention": (),
    "It does so only when a [test requests it](#failing-work)": (),
    "A cluster in NEEDS_ATTENTION keeps its endpoints and models; no new one can use it, and an "
    "update makes it ACTIVE again": (),
    "`lifecycleDetails` is `Creating` while a cluster is created": (
        "test_a_resource_is_creating_and_then_active[dedicated_ai_cluster]",
    ),
    "`lifecycleDetails` is `Created` of a base model": (),
    "`lifecycleDetails` otherwise": (
        "test_a_resource_is_creating_and_then_active",
        "test_a_resource_is_deleting_and_then_deleted",
        "test_a_change_during_an_update_is_refused",
    ),
    "An import takes 48 minutes at the pace `realistic`": ("test_waiting_returns_the_finished_work_request",),
    "Creating a cluster takes 30 minutes at the pace `realistic`": (),
    "How long other work takes at the pace `realistic`": ("test_fine_tuning_takes_an_hour_with_the_pace_realistic",),
    "GET and lists show a deleted resource as DELETED": (
        "test_a_resource_is_deleting_and_then_deleted",
        "test_a_deleted_resource_can_be_read_for_14_days",
    ),
    "It is DELETED for 14 days; then it is 404": ("test_a_deleted_resource_can_be_read_for_14_days",),
    "Changing or deleting a DELETED resource returns 404": ("test_a_change_of_a_deleted_resource_is_refused",),
    # Work requests
    "Operation types: CREATE, UPDATE, DELETE of each kind, such as CREATE_PRIVATE_ENDPOINT, but no UPDATE_MODEL": (
        "test_a_work_request_names_its_operation_and_its_resource",
        "test_an_endpoint_is_updating_until_the_work_is_finished",
        "test_a_cluster_is_updating_until_the_work_is_finished",
        "test_a_private_endpoint_is_updating_until_the_work_is_finished",
    ),
    "ACCEPTED, IN_PROGRESS, then SUCCEEDED or FAILED": (
        "test_work_is_accepted_then_in_progress_then_succeeded",
        "test_a_resource_and_its_work_request_agree",
    ),
    "`timeFinished` is set together with the last status": ("test_the_times_of_work_do_not_depend_on_reads",),
    "Never WAITING, CANCELING or CANCELED": ("test_work_is_accepted_then_in_progress_then_succeeded",),
    "ACCEPTED for the first tenth of the time": ("test_the_times_of_work_do_not_depend_on_reads",),
    "One resource, with action type IN_PROGRESS until the end, then CREATED, UPDATED or DELETED": (
        "test_the_action_of_a_work_request_is_in_progress_until_the_end",
        "test_a_work_request_names_its_operation_and_its_resource",
    ),
    "Action type FAILED if the work has failed": (),
    "`entityType` of an imported model: `IMPORTED_MODEL`": (
        "test_a_work_request_names_its_operation_and_its_resource[imported_model]",
    ),
    "`entityType` otherwise: `model`, `endpoint`, `dedicatedAiCluster`, `generativeAiPrivateEndpoint`": (
        "test_a_work_request_names_its_operation_and_its_resource",
    ),
    "`entityUri`: the path of a GET request, such as `/20231130/models/{id}`": (
        "test_a_work_request_names_its_operation_and_its_resource",
    ),
    "`metadata` of a resource is absent": (),
    "`percentComplete` is whole, never goes back, is 100 only at success, and stays where work failed": (
        "test_work_is_accepted_then_in_progress_then_succeeded",
        "test_waiting_reports_the_progress",
    ),
    "The lines of the log": (
        "test_work_has_a_log_from_its_start",
        "test_the_log_of_a_fine_tuning_has_a_line_for_every_epoch",
    ),
    "One error, with code and message, if the work has failed": ("test_work_that_succeeded_lists_no_errors",),
    "Errors and logs are listed newest first": ("test_work_has_a_log_from_its_start",),
    "They can be read as long as their resource, the 14 days after its deletion included": (
        "test_the_work_requests_of_a_deleted_resource_can_be_read_for_14_days",
    ),
    "They stay in the compartment in which the call was made": ("test_a_work_request_stays_in_its_compartment",),
    "A move leaves no work request": (
        "test_change_compartment_returns_204_without_etag_and_work_request",
        "test_a_work_request_stays_in_its_compartment",
    ),
    # Lists and pages
    "Filters match exactly; several different ones must all match": (
        "test_lists_can_be_filtered_by_display_name",
        "test_lists_can_be_filtered_by_id",
        "test_lists_can_be_filtered_by_lifecycle_state",
        "test_models_can_be_filtered_by_vendor",
        "test_imported_models_can_be_filtered_by_vendor",
        "test_several_filters_must_all_match",
        "test_endpoints_can_be_filtered_by_private_endpoint",
    ),
    "Several values of `capability` mean any of them": (
        "test_a_filter_with_several_capabilities_matches_any_of_them",
        "test_imported_models_can_be_filtered_by_capability",
    ),
    "Sort keys of each list": (
        "test_lists_by_display_name_are_ascending_by_default",
        "test_endpoints_cannot_be_sorted_by_lifecycle_state",
    ),
    "Default order: newest first": (
        "test_lists_are_sorted_newest_first_by_default",
        "test_base_models_are_listed_newest_first",
        "test_work_requests_are_listed_newest_first",
    ),
    "Default order of names and states: ascending": ("test_lists_by_display_name_are_ascending_by_default",),
    "Page size: 1 to 1000": (
        "test_a_limit_outside_1_to_1000_is_refused",
        "test_a_limit_is_the_size_of_a_page",
    ),
    "Default page size: 1000": ("test_a_page_has_more_than_a_hundred_items_by_default",),
    "Page tokens are opaque, signed and bound to filters, sort, region and compartment; others are refused with 400": (
        "test_a_page_token_of_another_query_is_refused",
        "test_a_page_token_of_another_list_is_refused",
        "test_a_page_token_of_another_world_is_refused",
        "test_an_invalid_page_token_is_refused",
        "test_a_changed_page_token_is_refused",
    ),
    "A resource that exists during the whole iteration is listed exactly once, whatever is "
    "created or deleted between two pages": ("test_resources_that_stay_are_listed_once_while_others_come_and_go",),
    "Base models are in every compartment's list, with its custom models": (
        "test_every_compartment_shows_the_base_models",
        "test_a_list_of_models_has_base_models_and_custom_models",
    ),
    "Imported models are not in that list": ("test_imported_models_are_not_in_the_list_of_models",),
    "Names need not be unique": ("test_two_resources_may_have_the_same_display_name",),
    # Etags and retry tokens
    "A stale `if-match` is refused with 412": (
        "test_a_change_with_a_stale_etag_is_412_and_changes_nothing",
        "test_an_unknown_etag_is_412",
    ),
    "No `if-match` is no condition": ("test_a_change_with_a_stale_etag_is_412_and_changes_nothing",),
    "`if-match: *` matches anything": ("test_a_star_matches_any_etag",),
    "The etag changes with every change that a client can see; of a cluster also when its endpoints come and go": (
        "test_the_etag_changes_with_every_visible_change",
        "test_the_etag_stays_while_nothing_changes",
        "test_the_etag_of_a_cluster_changes_when_it_gets_an_endpoint",
        "test_a_refused_deletion_does_not_change_the_etag",
        "test_an_update_of_an_endpoint_does_not_change_the_etag_of_its_cluster",
    ),
    "A retry token has 1 to 64 characters": ("test_a_retry_token_has_up_to_64_characters",),
    "It is printable ASCII without spaces": (),
    "It is valid for 24 hours": ("test_a_retry_token_is_valid_for_a_day",),
    "The same request again returns the first response, and creates nothing": (
        "test_a_repeated_creation_returns_the_first_response_and_creates_nothing",
        "test_a_repeated_move_is_done_once",
    ),
    "After the resource that it created was deleted: 409 `InvalidatedRetryToken`": (
        "test_a_retry_token_of_a_deleted_resource_is_refused",
        "test_a_retry_token_of_a_resource_that_is_deleting_is_refused",
    ),
    "For another request: 409 `InvalidatedRetryToken`": (
        "test_a_retry_token_with_another_body_is_refused",
        "test_a_retry_token_with_another_operation_is_refused",
        "test_a_retry_token_with_another_move_is_refused",
    ),
    "It is bound to its region, and a different access token does not make it another request": (
        "test_a_retry_token_can_be_used_in_each_region",
        "test_a_retry_with_a_new_access_token_is_the_same_request",
    ),
}
