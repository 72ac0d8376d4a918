"""Unit shapes: the clusters on which a model can be served and fine-tuned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from genai_ports import builders
from genai_ports.api.model import UpdateModelDetails
from genai_ports.errors import InvalidParameter
from genai_ports.testing import ready

if TYPE_CHECKING:
    from genai_ports.testing.contract.port.harness import PortHarness

META = {"vendor": "meta"}
OPENAI = {"vendor": "openai"}
COHERE = {"vendor": "cohere"}
EMBED = {"vendor": "cohere", "capability": "TEXT_EMBEDDINGS"}
RERANK = {"vendor": "cohere", "capability": "TEXT_RERANK"}

FITS = (
    (META, "LARGE_GENERIC"),
    (META, "LARGE_GENERIC_V2"),
    (META, "LLAMA2_70"),
    (META, "META_H100_X1"),
    (OPENAI, "LARGE_GENERIC_2"),
    (OPENAI, "OAI_H100_X1"),
    (COHERE, "LARGE_COHERE_V3"),
    (COHERE, "SMALL_COHERE_4"),
    (COHERE, "COHERE_A100_80G_X2"),
    (EMBED, "EMBED_COHERE"),
    (EMBED, "COHERE_A10_X1"),
    (RERANK, "RERANK_COHERE"),
)
"""Models, and shapes for them."""

DOES_NOT_FIT = (
    (META, "H100_X1"),
    (COHERE, "A100_80G_X2"),
    (OPENAI, "MI300X_X8"),
    (META, "LARGE_COHERE_V3"),
    (META, "EMBED_COHERE"),
    (META, "COHERE_H100_X1"),
    (META, "OAI_H100_X1"),
    (OPENAI, "META_H100_X1"),
    (OPENAI, "LLAMA2_70"),
    (OPENAI, "SMALL_COHERE"),
    (COHERE, "LARGE_GENERIC"),
    (COHERE, "SMALL_GENERIC_V2"),
    (COHERE, "LLAMA2_70"),
    (COHERE, "META_H100_X1"),
    (COHERE, "EMBED_COHERE"),
    (COHERE, "RERANK_COHERE"),
    (EMBED, "RERANK_COHERE"),
    (EMBED, "LARGE_GENERIC"),
    (EMBED, "SMALL_COHERE"),
    (RERANK, "EMBED_COHERE"),
    (RERANK, "LARGE_COHERE_V3"),
)
"""Models, and shapes for other models."""


def names(pair: Any) -> str:
    """Return the id of a test parameter."""
    return pair if isinstance(pair, str) else "-".join(pair.values())


def endpoint_on(harness: PortHarness, shape: str, **changes: Any) -> Any:
    """Return the details of an endpoint on a new cluster of a shape."""
    cluster = ready.cluster(harness.genai, unit_shape=shape)
    return ready.endpoint_details(harness.genai, dedicated_ai_cluster_id=cluster.id, **changes)


def fine_tuning_on(harness: PortHarness, shape: str, **filters: Any) -> Any:
    """Return the details of a fine-tuning on a new cluster of a shape."""
    base = ready.base_model(harness.genai, capability="FINE_TUNE", **filters)
    cluster = ready.cluster(harness.genai, type="FINE_TUNING", unit_shape=shape)
    config = builders.t_few_training_config() if base.vendor == "cohere" else None
    return ready.model_details(
        harness.genai, base_model_id=base.id, fine_tune_details=ready.fine_tuning(cluster.id, config)
    )


class UnitShapeBehaviours:
    """What is true of unit shapes."""

    @pytest.mark.parametrize(("model", "shape"), FITS, ids=names)
    def test_a_base_model_can_be_served_on_the_shapes_for_it(
        self, harness: PortHarness, model: dict[str, Any], shape: str
    ) -> None:
        """These are the shapes of its vendor. Models for embeddings and ranking have their own."""
        details = endpoint_on(harness, shape, model_id=ready.base_model(harness.genai, **model).id)
        assert harness.genai.create_endpoint(details).lifecycle_state == "CREATING"

    @pytest.mark.parametrize(("model", "shape"), DOES_NOT_FIT, ids=names)
    def test_a_base_model_on_a_shape_for_other_models_is_refused(
        self, harness: PortHarness, model: dict[str, Any], shape: str
    ) -> None:
        """Plain GPU shapes are for imported models, COHERE shapes for Cohere's models, and so on."""
        details = endpoint_on(harness, shape, model_id=ready.base_model(harness.genai, **model).id)
        with harness.refuses(InvalidParameter, "shape-does-not-fit"):
            harness.genai.create_endpoint(details)

    @pytest.mark.parametrize(
        ("model", "shape", "right"),
        [
            (META, "LARGE_COHERE", "meta models: a GENERIC one"),
            (OPENAI, "LLAMA2_70", "openai models: a GENERIC one"),
            (COHERE, "LARGE_GENERIC", "cohere models: one such as SMALL_COHERE or LARGE_COHERE"),
            (COHERE, "EMBED_COHERE", "cohere models: one such as SMALL_COHERE or LARGE_COHERE"),
            (EMBED, "LARGE_COHERE", "cohere models of TEXT_EMBEDDINGS: EMBED_COHERE"),
            (RERANK, "EMBED_COHERE", "cohere models of TEXT_RERANK: RERANK_COHERE"),
            (META, "H100_X1", "meta models: not a plain GPU shape, which is for imported models alone"),
        ],
        ids=names,
    )
    def test_the_error_names_the_shapes_that_fit(
        self, harness: PortHarness, model: dict[str, Any], shape: str, right: str
    ) -> None:
        """It names the property, the cluster and the cluster's shape too."""
        details = endpoint_on(harness, shape, model_id=ready.base_model(harness.genai, **model).id)
        with harness.refuses(InvalidParameter, "shape-does-not-fit") as refused:
            harness.genai.create_endpoint(details)
        assert refused.value.message == (
            f"dedicatedAiClusterId must be a cluster whose unit shape fits {right}; "
            f"{details.dedicated_ai_cluster_id} is of {shape}."
        )

    @pytest.mark.parametrize(
        "shape", ["H100_X1", "A10_X2", "LARGE_GENERIC", "LARGE_COHERE", "EMBED_COHERE", "LLAMA2_70"]
    )
    def test_an_imported_model_can_be_served_on_any_shape(self, harness: PortHarness, shape: str) -> None:
        """The size of the shape is not checked."""
        details = endpoint_on(harness, shape, model_id=ready.imported_model(harness.genai).id)
        assert harness.genai.create_endpoint(details).lifecycle_state == "CREATING"

    @pytest.mark.parametrize(
        ("vendor", "shape"), [("meta", "LARGE_GENERIC"), ("meta", "META_H100_X8"), ("cohere", "SMALL_COHERE_V2")]
    )
    def test_a_base_model_can_be_fine_tuned_on_the_shapes_for_it(
        self, harness: PortHarness, vendor: str, shape: str
    ) -> None:
        """The shapes are those on which it can be served."""
        details = fine_tuning_on(harness, shape, vendor=vendor)
        assert harness.genai.create_model(details).lifecycle_state == "CREATING"

    @pytest.mark.parametrize(
        ("vendor", "shape"),
        [("meta", "SMALL_COHERE_V2"), ("meta", "H100_X8"), ("cohere", "LARGE_GENERIC"), ("cohere", "EMBED_COHERE")],
    )
    def test_fine_tuning_on_a_shape_for_other_models_is_refused(
        self, harness: PortHarness, vendor: str, shape: str
    ) -> None:
        """The error names the property with the cluster."""
        details = fine_tuning_on(harness, shape, vendor=vendor)
        with harness.refuses(InvalidParameter, "shape-does-not-fit") as refused:
            harness.genai.create_model(details)
        assert refused.value.message.startswith("fineTuneDetails.dedicatedAiClusterId must be a cluster whose")

    def test_a_custom_model_can_be_served_on_the_shapes_of_its_base_model(self, harness: PortHarness) -> None:
        """The vendor of the custom model does not matter."""
        genai = harness.genai
        details = fine_tuning_on(harness, "SMALL_COHERE_V2", vendor="cohere")
        created = genai.create_model(details)
        ready.finish(genai, created)
        for vendor in ("us", "meta"):
            genai.update_model(created.id, UpdateModelDetails(vendor=vendor))
            assert (
                genai.create_endpoint(endpoint_on(harness, "SMALL_COHERE_V2", model_id=created.id)).model_id
                == created.id
            )
            elsewhere = endpoint_on(harness, "LARGE_GENERIC", model_id=created.id)
            with harness.refuses(InvalidParameter, "shape-does-not-fit"):
                genai.create_endpoint(elsewhere)
