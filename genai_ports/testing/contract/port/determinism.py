"""Determinism: the same seed and the same calls have the same responses on every backend."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from genai_ports.api.imported_model import UpdateImportedModelDetails
from genai_ports.api.model import UpdateModelDetails
from genai_ports.api.snapshot import ResponseMetadata
from genai_ports.backends.memory import InMemoryModelRepository
from genai_ports.errors import ServiceError
from genai_ports.testing import ready
from genai_ports.testing.contract.capabilities import Capability, needs
from genai_ports.testing.contract.port.harness import response_of
from genai_ports.wire import encode

if TYPE_CHECKING:
    from genai_ports.client.ports import GenAi
    from genai_ports.testing.contract.port.harness import OpenPortHarness


def response_text(result: Any) -> str:
    """Return the body of a response, and the headers that the world decides, as text."""
    response = response_of(result)
    headers = [response.status, response.etag, response.work_request_id, response.retry_after]
    body = None if isinstance(result, ResponseMetadata) else encode(result)
    return json.dumps([headers, body], sort_keys=True)


def run_scenario(genai: GenAi) -> list[str]:
    """Run a scenario with all kinds of resources, pages and an error; return all responses as text."""
    hosting = genai.create_dedicated_ai_cluster(ready.cluster_details(display_name="hosting"))
    tuned = genai.create_model(ready.model_details(genai, display_name="tuned"))
    imported = [genai.create_imported_model(ready.imported_model_details(display_name=name)) for name in "abc"]
    for created in (hosting, tuned, *imported):
        ready.finish(genai, created)
    details = ready.endpoint_details(genai, model_id=tuned.id, dedicated_ai_cluster_id=hosting.id)
    endpoint = genai.create_endpoint(details)
    genai.clock.sleep(7200)
    renamed = genai.update_model(tuned.id, UpdateModelDetails(display_name="renamed"))
    updated = genai.update_imported_model(imported[0].id, UpdateImportedModelDetails(vendor="us"))
    pages = list(genai.list_imported_models(ready.COMPARTMENT, limit=2).pages())
    results: list[Any] = [hosting, tuned, *imported, endpoint, renamed, updated]
    results += [genai.get_model(tuned.id), genai.get_dedicated_ai_cluster(hosting.id)]
    results += [genai.get_work_request(ready.work_begun(each)) for each in (hosting, tuned, endpoint, updated)]
    results += [genai.change_model_compartment(tuned.id, ready.ELSEWHERE), genai.delete_endpoint(endpoint.id)]
    logs = [encode(line) for line in genai.list_work_request_logs(ready.work_begun(tuned))]
    listed = [(page.next_page, [encode(item) for item in page.items]) for page in pages]
    return [*map(response_text, results), json.dumps(logs), json.dumps(listed), refused_deletion(genai, hosting.id)]


def refused_deletion(genai: GenAi, cluster_id: str) -> str:
    """Return the error of the deletion of a cluster in use, as text."""
    try:
        genai.delete_dedicated_ai_cluster(cluster_id)
    except ServiceError as error:
        return f"{error} [{error.rule}]"
    return "it is not refused"


class DeterminismBehaviours:
    """What follows from the seed."""

    @needs(Capability.SEED, Capability.SEVERAL, Capability.PACE)
    def test_the_same_seed_and_calls_give_the_same_responses(self, open_harness: OpenPortHarness) -> None:
        """Ids, etags, page tokens, metrics and messages are equal."""
        first, second = (run_scenario(open_harness(seed=7, pace="realistic").genai) for _ in range(2))
        assert first == second

    @needs(Capability.SEED, Capability.PACE)
    def test_the_same_seed_and_calls_give_the_same_responses_as_in_memory(self, open_harness: OpenPortHarness) -> None:
        """If two backends differ, one of them has a defect."""
        responses = run_scenario(open_harness(seed=7, pace="realistic").genai)
        assert responses == run_scenario(InMemoryModelRepository(seed=7, pace="realistic"))

    @needs(Capability.SEED, Capability.SEVERAL)
    def test_another_seed_gives_other_ids(self, open_harness: OpenPortHarness) -> None:
        """Two worlds share no identifiers by chance."""
        one, another = (ready.imported_model(open_harness(seed=seed).genai) for seed in (1, 2))
        assert one.id != another.id
        assert one.etag != another.etag
        assert one.display_name == another.display_name

    @needs(Capability.SEED, Capability.SEVERAL)
    def test_reads_and_time_do_not_change_later_ids(self, open_harness: OpenPortHarness) -> None:
        """Ids and etags depend on the order of changes only."""
        quiet, busy = open_harness(seed=7), open_harness(seed=7)
        made = []
        for harness in (quiet, busy):
            first = ready.imported_model(harness.genai)
            if harness is busy:
                for _ in range(3):
                    harness.genai.get_imported_model(first.id)
                    list(harness.genai.list_models(ready.COMPARTMENT))
                harness.pass_time(5000)
            second = ready.imported_model(harness.genai)
            made.append((first.id, first.etag, second.id, second.etag))
        assert made[0] == made[1]

    def test_every_identifier_is_unique(self, genai: GenAi) -> None:
        """A hundred resources and their work requests have two hundred ids and a hundred etags."""
        details = ready.imported_model_details()
        created = [genai.create_imported_model(details) for _ in range(100)]
        assert len({each.id for each in created} | {ready.work_begun(each) for each in created}) == 200
        assert len({each.etag for each in created}) == 100

    @needs(Capability.SEED, Capability.SEVERAL)
    def test_every_opened_backend_has_its_own_world(self, open_harness: OpenPortHarness) -> None:
        """Resources of one are not in the other, even if the seed is the same."""
        one, another = open_harness(seed=7), open_harness(seed=7)
        ready.imported_model(one.genai)
        assert list(another.genai.list_imported_models(ready.COMPARTMENT)) == []
