"""The repositories: Oracle's 28 operations, typed, written once above whatever backend carries the calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from genai_ports.domain.compartment import ChangeCompartmentDetails
from genai_ports.domain.operations import OPERATIONS, Call, ListQuery
from genai_ports.domain.value import replaced
from genai_ports.errors import InvalidInput
from genai_ports.listing import Listing
from genai_ports.regions import resolve_region
from genai_ports.retrying import RetryPolicy, with_retries
from genai_ports.waiting import wait_until_finished

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType
    from typing import Self

    from genai_ports.domain.clock import Clock
    from genai_ports.domain.dedicated_ai_cluster import (
        CreateDedicatedAiClusterDetails,
        DedicatedAiCluster,
        DedicatedAiClusterSummary,
        UpdateDedicatedAiClusterDetails,
    )
    from genai_ports.domain.endpoint import CreateEndpointDetails, Endpoint, EndpointSummary, UpdateEndpointDetails
    from genai_ports.domain.imported_model import (
        CreateImportedModelDetails,
        ImportedModel,
        ImportedModelSummary,
        UpdateImportedModelDetails,
    )
    from genai_ports.domain.model import CreateModelDetails, Model, ModelSummary, UpdateModelDetails
    from genai_ports.domain.operations import Operation, Reply
    from genai_ports.domain.snapshot import Page, ResponseMetadata
    from genai_ports.domain.work_request import (
        WorkRequest,
        WorkRequestError,
        WorkRequestLogEntry,
        WorkRequestSummary,
    )
    from genai_ports.ports import Backend


class Repository:
    """All four repositories over one backend; the adapters are this with a backend of their own.

    Arguments mean the same in every method: `region` is an id or a three-letter code and goes before the region
    that the OCID names, which goes before the backend's default; `if_match` is the etag that the resource must still
    have (else `PreconditionFailed`); `retry_token` makes it safe to repeat a call for 24 hours; `request_id` is the
    client's own id for the call; `limit` is the size of a page, 1 to 1000, 100 unless given; `page` the token of the
    page to begin with.

    Args:
        backend: what carries the calls.
        retry: when a call is tried again.
    """

    def __init__(self, backend: Backend, *, retry: RetryPolicy | None = None) -> None:
        self._backend = backend
        self._retry = retry or RetryPolicy()
        self._default_region = backend.default_region

    @property
    def clock(self) -> Clock:
        """The clock that waits and retries go by."""
        return self._backend.clock

    @property
    def default_region(self) -> str:
        """The id of the region that calls go to when nothing names one."""
        return self._default_region

    def close(self) -> None:
        """Let go of the backend's connections."""
        self._backend.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def wait_for_work_request(
        self,
        work_request_id: str,
        *,
        timeout: float = 7200,
        interval: float | None = None,
        on_progress: Callable[[WorkRequest], None] | None = None,
        region: str | None = None,
    ) -> WorkRequest:
        """Wait until a work request has finished, on the backend's clock.

        Args:
            work_request_id: its OCID, as `response.work_request_id` of the call that started it has it.
            timeout: seconds after which to give up; two hours unless given.
            interval: seconds between looks; as the service's `retry-after` says unless given.
            on_progress: called with each snapshot that was read.
            region: where it is; as its OCID says unless given.

        Returns:
            The work request, SUCCEEDED.

        Raises:
            WorkRequestFailed: it ended FAILED or CANCELED.
            WaitTimeout: it did not finish in time.
        """
        return wait_until_finished(
            lambda: self.get_work_request(work_request_id, region=region),
            lambda: self.list_work_request_errors(work_request_id, region=region),
            self.clock,
            timeout=timeout,
            interval=interval,
            on_progress=on_progress,
        )

    def list_models(
        self,
        compartment_id: str,
        *,
        vendor: str | None = None,
        capability: str | Sequence[str] | None = None,
        lifecycle_state: str | None = None,
        display_name: str | None = None,
        id: str | None = None,  # noqa: A002  # Oracle's name
        sort_by: str | None = None,
        sort_order: str | None = None,
        limit: int | None = None,
        page: str | None = None,
        region: str | None = None,
        request_id: str | None = None,
    ) -> Listing[ModelSummary]:
        """List base models and the compartment's custom models, newest first. See `genai_ports.ports`."""
        return self._list(
            "list_models",
            ListQuery(
                compartment_id=compartment_id,
                filters=given(
                    vendor=vendor,
                    capability=several(capability),
                    lifecycle_state=lifecycle_state,
                    display_name=display_name,
                    id=id,
                ),
                sort_by=sort_by,
                sort_order=sort_order,
                limit=limit,
                page=page,
            ),
            region=region,
            request_id=request_id,
        )

    def get_model(self, model_id: str, *, region: str | None = None, request_id: str | None = None) -> Model:
        """Read one model, base or custom. See `genai_ports.ports`."""
        snapshot: Model = self._send("get_model", target=model_id, region=region, request_id=request_id)
        return snapshot

    def create_model(
        self,
        details: CreateModelDetails,
        *,
        region: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> Model:
        """Start to fine-tune a custom model. See `genai_ports.ports`."""
        snapshot: Model = self._create(
            "create_model", details, retry_token=retry_token, region=region, request_id=request_id
        )
        return snapshot

    def update_model(
        self,
        model_id: str,
        details: UpdateModelDetails,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> Model:
        """Change a custom model, at once. See `genai_ports.ports`."""
        snapshot: Model = self._send(
            "update_model", target=model_id, details=details, if_match=if_match, region=region, request_id=request_id
        )
        return snapshot

    def change_model_compartment(
        self,
        model_id: str,
        compartment_id: str,
        *,
        region: str | None = None,
        if_match: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> ResponseMetadata:
        """Move a custom model. See `genai_ports.ports`."""
        return self._change_compartment(
            "change_model_compartment",
            model_id,
            compartment_id,
            if_match=if_match,
            retry_token=retry_token,
            region=region,
            request_id=request_id,
        )

    def delete_model(
        self,
        model_id: str,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> ResponseMetadata:
        """Start to delete a custom model that no endpoint uses. See `genai_ports.ports`."""
        return self._delete("delete_model", model_id, if_match=if_match, region=region, request_id=request_id)

    def list_imported_models(
        self,
        compartment_id: str,
        *,
        vendor: str | None = None,
        capability: str | Sequence[str] | None = None,
        lifecycle_state: str | None = None,
        display_name: str | None = None,
        id: str | None = None,  # noqa: A002  # Oracle's name
        sort_by: str | None = None,
        sort_order: str | None = None,
        limit: int | None = None,
        page: str | None = None,
        region: str | None = None,
        request_id: str | None = None,
    ) -> Listing[ImportedModelSummary]:
        """List the compartment's imported models, newest first. See `genai_ports.ports`."""
        return self._list(
            "list_imported_models",
            ListQuery(
                compartment_id=compartment_id,
                filters=given(
                    vendor=vendor,
                    capability=several(capability),
                    lifecycle_state=lifecycle_state,
                    display_name=display_name,
                    id=id,
                ),
                sort_by=sort_by,
                sort_order=sort_order,
                limit=limit,
                page=page,
            ),
            region=region,
            request_id=request_id,
        )

    def get_imported_model(
        self, imported_model_id: str, *, region: str | None = None, request_id: str | None = None
    ) -> ImportedModel:
        """Read one imported model. See `genai_ports.ports`."""
        snapshot: ImportedModel = self._send(
            "get_imported_model", target=imported_model_id, region=region, request_id=request_id
        )
        return snapshot

    def create_imported_model(
        self,
        details: CreateImportedModelDetails,
        *,
        region: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> ImportedModel:
        """Start to import a model. See `genai_ports.ports`."""
        snapshot: ImportedModel = self._create(
            "create_imported_model", details, retry_token=retry_token, region=region, request_id=request_id
        )
        return snapshot

    def update_imported_model(
        self,
        imported_model_id: str,
        details: UpdateImportedModelDetails,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> ImportedModel:
        """Start to change an imported model. See `genai_ports.ports`."""
        snapshot: ImportedModel = self._send(
            "update_imported_model",
            target=imported_model_id,
            details=details,
            if_match=if_match,
            region=region,
            request_id=request_id,
        )
        return snapshot

    def change_imported_model_compartment(
        self,
        imported_model_id: str,
        compartment_id: str,
        *,
        region: str | None = None,
        if_match: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> ResponseMetadata:
        """Move an imported model. See `genai_ports.ports`."""
        return self._change_compartment(
            "change_imported_model_compartment",
            imported_model_id,
            compartment_id,
            if_match=if_match,
            retry_token=retry_token,
            region=region,
            request_id=request_id,
        )

    def delete_imported_model(
        self,
        imported_model_id: str,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> ResponseMetadata:
        """Start to delete an imported model that no endpoint uses. See `genai_ports.ports`."""
        return self._delete(
            "delete_imported_model", imported_model_id, if_match=if_match, region=region, request_id=request_id
        )

    def list_endpoints(
        self,
        compartment_id: str,
        *,
        lifecycle_state: str | None = None,
        display_name: str | None = None,
        id: str | None = None,  # noqa: A002  # Oracle's name
        generative_ai_private_endpoint_id: str | None = None,
        sort_by: str | None = None,
        sort_order: str | None = None,
        limit: int | None = None,
        page: str | None = None,
        region: str | None = None,
        request_id: str | None = None,
    ) -> Listing[EndpointSummary]:
        """List the compartment's endpoints, newest first. See `genai_ports.ports`."""
        return self._list(
            "list_endpoints",
            ListQuery(
                compartment_id=compartment_id,
                filters=given(
                    lifecycle_state=lifecycle_state,
                    display_name=display_name,
                    id=id,
                    generative_ai_private_endpoint_id=generative_ai_private_endpoint_id,
                ),
                sort_by=sort_by,
                sort_order=sort_order,
                limit=limit,
                page=page,
            ),
            region=region,
            request_id=request_id,
        )

    def get_endpoint(self, endpoint_id: str, *, region: str | None = None, request_id: str | None = None) -> Endpoint:
        """Read one endpoint. See `genai_ports.ports`."""
        snapshot: Endpoint = self._send("get_endpoint", target=endpoint_id, region=region, request_id=request_id)
        return snapshot

    def create_endpoint(
        self,
        details: CreateEndpointDetails,
        *,
        region: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> Endpoint:
        """Start to serve a model on a hosting cluster. See `genai_ports.ports`."""
        snapshot: Endpoint = self._create(
            "create_endpoint", details, retry_token=retry_token, region=region, request_id=request_id
        )
        return snapshot

    def update_endpoint(
        self,
        endpoint_id: str,
        details: UpdateEndpointDetails,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> Endpoint:
        """Start to change an endpoint. See `genai_ports.ports`."""
        snapshot: Endpoint = self._send(
            "update_endpoint",
            target=endpoint_id,
            details=details,
            if_match=if_match,
            region=region,
            request_id=request_id,
        )
        return snapshot

    def change_endpoint_compartment(
        self,
        endpoint_id: str,
        compartment_id: str,
        *,
        region: str | None = None,
        if_match: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> ResponseMetadata:
        """Move an endpoint. See `genai_ports.ports`."""
        return self._change_compartment(
            "change_endpoint_compartment",
            endpoint_id,
            compartment_id,
            if_match=if_match,
            retry_token=retry_token,
            region=region,
            request_id=request_id,
        )

    def delete_endpoint(
        self,
        endpoint_id: str,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> ResponseMetadata:
        """Start to delete an endpoint. See `genai_ports.ports`."""
        return self._delete("delete_endpoint", endpoint_id, if_match=if_match, region=region, request_id=request_id)

    def list_dedicated_ai_clusters(
        self,
        compartment_id: str,
        *,
        lifecycle_state: str | None = None,
        display_name: str | None = None,
        id: str | None = None,  # noqa: A002  # Oracle's name
        sort_by: str | None = None,
        sort_order: str | None = None,
        limit: int | None = None,
        page: str | None = None,
        region: str | None = None,
        request_id: str | None = None,
    ) -> Listing[DedicatedAiClusterSummary]:
        """List the compartment's clusters, newest first. See `genai_ports.ports`."""
        return self._list(
            "list_dedicated_ai_clusters",
            ListQuery(
                compartment_id=compartment_id,
                filters=given(
                    lifecycle_state=lifecycle_state,
                    display_name=display_name,
                    id=id,
                ),
                sort_by=sort_by,
                sort_order=sort_order,
                limit=limit,
                page=page,
            ),
            region=region,
            request_id=request_id,
        )

    def get_dedicated_ai_cluster(
        self, dedicated_ai_cluster_id: str, *, region: str | None = None, request_id: str | None = None
    ) -> DedicatedAiCluster:
        """Read one cluster. See `genai_ports.ports`."""
        snapshot: DedicatedAiCluster = self._send(
            "get_dedicated_ai_cluster", target=dedicated_ai_cluster_id, region=region, request_id=request_id
        )
        return snapshot

    def create_dedicated_ai_cluster(
        self,
        details: CreateDedicatedAiClusterDetails,
        *,
        region: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> DedicatedAiCluster:
        """Start to make a cluster. See `genai_ports.ports`."""
        snapshot: DedicatedAiCluster = self._create(
            "create_dedicated_ai_cluster", details, retry_token=retry_token, region=region, request_id=request_id
        )
        return snapshot

    def update_dedicated_ai_cluster(
        self,
        dedicated_ai_cluster_id: str,
        details: UpdateDedicatedAiClusterDetails,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> DedicatedAiCluster:
        """Start to change a cluster. See `genai_ports.ports`."""
        snapshot: DedicatedAiCluster = self._send(
            "update_dedicated_ai_cluster",
            target=dedicated_ai_cluster_id,
            details=details,
            if_match=if_match,
            region=region,
            request_id=request_id,
        )
        return snapshot

    def change_dedicated_ai_cluster_compartment(
        self,
        dedicated_ai_cluster_id: str,
        compartment_id: str,
        *,
        region: str | None = None,
        if_match: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> ResponseMetadata:
        """Move a cluster. See `genai_ports.ports`."""
        return self._change_compartment(
            "change_dedicated_ai_cluster_compartment",
            dedicated_ai_cluster_id,
            compartment_id,
            if_match=if_match,
            retry_token=retry_token,
            region=region,
            request_id=request_id,
        )

    def delete_dedicated_ai_cluster(
        self,
        dedicated_ai_cluster_id: str,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> ResponseMetadata:
        """Start to delete a cluster that no endpoint and no custom model uses. See `genai_ports.ports`."""
        return self._delete(
            "delete_dedicated_ai_cluster",
            dedicated_ai_cluster_id,
            if_match=if_match,
            region=region,
            request_id=request_id,
        )

    def list_work_requests(
        self,
        compartment_id: str,
        *,
        work_request_id: str | None = None,
        status: str | None = None,
        resource_id: str | None = None,
        sort_by: str | None = None,
        sort_order: str | None = None,
        limit: int | None = None,
        page: str | None = None,
        region: str | None = None,
        request_id: str | None = None,
    ) -> Listing[WorkRequestSummary]:
        """List the compartment's work requests, newest first. See `genai_ports.ports`."""
        return self._list(
            "list_work_requests",
            ListQuery(
                compartment_id=compartment_id,
                filters=given(
                    work_request_id=work_request_id,
                    status=status,
                    resource_id=resource_id,
                ),
                sort_by=sort_by,
                sort_order=sort_order,
                limit=limit,
                page=page,
            ),
            region=region,
            request_id=request_id,
        )

    def get_work_request(
        self, work_request_id: str, *, region: str | None = None, request_id: str | None = None
    ) -> WorkRequest:
        """Read one work request. See `genai_ports.ports`."""
        snapshot: WorkRequest = self._send(
            "get_work_request", target=work_request_id, region=region, request_id=request_id
        )
        return snapshot

    def list_work_request_errors(
        self,
        work_request_id: str,
        *,
        sort_by: str | None = None,
        sort_order: str | None = None,
        limit: int | None = None,
        page: str | None = None,
        region: str | None = None,
        request_id: str | None = None,
    ) -> Listing[WorkRequestError]:
        """List what went wrong, newest first. See `genai_ports.ports`."""
        return self._list(
            "list_work_request_errors",
            ListQuery(sort_by=sort_by, sort_order=sort_order, limit=limit, page=page),
            target=work_request_id,
            region=region,
            request_id=request_id,
        )

    def list_work_request_logs(
        self,
        work_request_id: str,
        *,
        sort_by: str | None = None,
        sort_order: str | None = None,
        limit: int | None = None,
        page: str | None = None,
        region: str | None = None,
        request_id: str | None = None,
    ) -> Listing[WorkRequestLogEntry]:
        """List the log, newest first. See `genai_ports.ports`."""
        return self._list(
            "list_work_request_logs",
            ListQuery(sort_by=sort_by, sort_order=sort_order, limit=limit, page=page),
            target=work_request_id,
            region=region,
            request_id=request_id,
        )

    def _call(self, call: Call) -> Reply:
        return with_retries(self._retry, self._backend.clock, lambda: self._backend.send(call))

    def _send(
        self,
        name: str,
        *,
        target: str | None = None,
        details: object = None,
        region: str | None = None,
        if_match: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> Any:
        operation = OPERATIONS[name]
        if target is not None:
            _check_target(operation, target)
        if operation.details and not isinstance(details, operation.details):
            raise InvalidInput(
                f"{name} takes details of type {operation.details.__name__}, not {type(details).__name__}"
            )
        call = Call(
            operation=operation,
            region=resolve_region(region, target, self._default_region),
            target=target,
            details=details,
            if_match=if_match,
            retry_token=retry_token,
            request_id=request_id,
        )
        reply = self._call(call)
        return reply.response if reply.value is None else reply.value

    def _create(
        self, name: str, details: object, *, retry_token: str | None, region: str | None, request_id: str | None
    ) -> Any:
        """Create with a retry token in any case: a try that got lost must not make a second resource."""
        token = self._backend.new_retry_token() if retry_token is None else retry_token
        return self._send(name, details=details, retry_token=token, region=region, request_id=request_id)

    def _change_compartment(
        self,
        name: str,
        target: str,
        compartment_id: str,
        *,
        if_match: str | None,
        retry_token: str | None,
        region: str | None,
        request_id: str | None,
    ) -> ResponseMetadata:
        details = ChangeCompartmentDetails(compartment_id=compartment_id)
        response: ResponseMetadata = self._send(
            name,
            target=target,
            details=details,
            if_match=if_match,
            retry_token=retry_token,
            region=region,
            request_id=request_id,
        )
        return response

    def _delete(
        self, name: str, target: str, *, if_match: str | None, region: str | None, request_id: str | None
    ) -> ResponseMetadata:
        response: ResponseMetadata = self._send(
            name, target=target, if_match=if_match, region=region, request_id=request_id
        )
        return response

    def _list(
        self,
        name: str,
        query: ListQuery,
        *,
        target: str | None = None,
        region: str | None,
        request_id: str | None,
    ) -> Listing[Any]:
        """Prepare a list: what is wrong with the arguments is told now, the first call is made when it is walked."""
        operation = OPERATIONS[name]
        if target is not None:
            _check_target(operation, target)
        call = Call(
            operation=operation,
            region=resolve_region(region, target, self._default_region),
            target=target,
            query=query,
            request_id=request_id,
        )

        def fetch(page: str | None) -> Page[Any]:
            asked = call if page == query.page else call._replace(query=replaced(query, page=page))
            result: Page[Any] = self._call(asked).value
            return result

        return Listing(fetch, query.page)


def _check_target(operation: Operation, target: object) -> None:
    """Refuse an identifier that would make another path of the request."""
    if not isinstance(target, str) or not target.strip() or "/" in target or target in (".", ".."):
        raise InvalidInput(f"{operation.name} takes the OCID of a {operation.kind.title}, not {target!r}")


def given(**filters: object) -> dict[str, object]:
    """Leave out the filters that are not set."""
    return {name: wanted for name, wanted in filters.items() if wanted is not None}


def several(values: str | Sequence[str] | None) -> tuple[str, ...] | None:
    """Make a tuple of one value or several; nothing of none."""
    if not values:
        return None
    return (values,) if isinstance(values, str) else tuple(values)
