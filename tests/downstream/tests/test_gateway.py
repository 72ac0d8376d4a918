"""Clients that are made when a module is imported, with a fixed endpoint."""

from __future__ import annotations

import pytest
from model_ops import gateway
from pipelines import PLAN


def test_the_client_that_was_made_at_import_reaches_the_world(oci_redirected):
    assert "meta" in gateway.vendors(PLAN.compartment_id)
    [call] = oci_redirected.journal
    assert (call.operation, call.region) == ("list_models", "eu-frankfurt-1")


@pytest.mark.parametrize("region", ["us-chicago-1", "uk-london-1"])
def test_a_client_that_an_earlier_test_made_reaches_this_world(oci_redirected, region):
    assert gateway.has_model(PLAN.compartment_id, PLAN.base_model, region=region)
    assert [call.region for call in oci_redirected.journal] == [region]


def test_without_redirection_nothing_is_sent(genai):
    with pytest.raises(Exception, match="eu-frankfurt-1") as refused:
        gateway.vendors(PLAN.compartment_id)
    assert "test_without_redirection_nothing_is_sent" in str(refused.value)
