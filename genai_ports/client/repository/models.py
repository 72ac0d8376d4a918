"""The operations on models, base and custom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genai_ports.api.call import ListQuery
from genai_ports.client.repository.calls import Calls, given, several

if TYPE_CHECKING:
    from collections.abc import Sequence

    from genai_ports.api.model import CreateModelDetails, Model, ModelSummary, UpdateModelDetails
    from genai_ports.api.snapshot import ResponseMetadata
    from genai_ports.client.pagination import Listing


class Models(Calls):
    """The operations on models, base and custom."""

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
        """List base models and the compartment's custom models, newest first. See `genai_ports.client.ports`."""
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
        """Read one model, base or custom. See `genai_ports.client.ports`."""
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
        """Start to fine-tune a custom model. See `genai_ports.client.ports`."""
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
        """Change a custom model, at once. See `genai_ports.client.ports`."""
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
        """Move a custom model. See `genai_ports.client.ports`."""
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
        """Start to delete a custom model that no endpoint uses. See `genai_ports.client.ports`."""
        return self._delete("delete_model", model_id, if_match=if_match, region=region, request_id=request_id)
