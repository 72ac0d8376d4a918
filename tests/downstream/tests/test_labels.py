"""Labels: read, change and write, without overwriting what others wrote."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from pipelines import PLAN

from genai_ports import Fault


def test_a_label_keeps_the_tags(pipeline):
    model = pipeline.release(PLAN).model_id
    assert pipeline.label(model, stage="canary") == {"release": "support-bot", "stage": "canary"}


@pytest.mark.genai(faults=[Fault(status=412, code="NoEtagMatch", operation="update_model", times=2)])
def test_a_label_is_tried_again_when_the_model_changed_meanwhile(pipeline, genai_simulator):
    model = pipeline.release(PLAN).model_id
    pipeline.label(model, stage="canary")
    assert [each.status for each in genai_simulator.journal.query(operation="update_model")] == [412, 412, 200]


def test_labels_of_many_threads_are_all_kept(pipeline):
    model = pipeline.release(PLAN).model_id
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: pipeline.label(model, **{f"label-{number}": "yes"}), range(8)))
    assert len(pipeline.label(model)) == 9
