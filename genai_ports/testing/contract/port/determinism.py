"""Determinism: the same seed and the same calls give the same bytes, here and in every other backend."""

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


def written(brought: Any) -> str:
    """Write down what an answer brought: its body, and the headers that the world decides."""
    response = response_of(brought)
    headers = [response.status, response.etag, response.work_request_id, response.retry_after]
    body = None if isinstance(brought, ResponseMetadata) else encode(brought)
    return json.dumps([headers, body], sort_keys=True)


def story(genai: GenAi) -> list[str]:
    """Write down everything that is answered in a story with all kinds of resources, pages and a refusal."""
    hosting = genai.create_dedicated_ai_cluster(ready.cluster_details(display_name="hosting"))
    tuned = genai.create_model(ready.model_details(genai, display_name="tuned"))
    imported = [genai.create_imported_model(ready.imported_model_details(display_name=name)) for name in "abc"]
    for begun in (hosting, tuned, *imported):
        ready.finish(genai, begun)
    details = ready.endpoint_details(genai, model_id=tuned.id, dedicated_ai_cluster_id=hosting.id)
    endpoint = genai.create_endpoint(details)
    genai.clock.sleep(7200)
    renamed = genai.update_model(tuned.id, UpdateModelDetails(display_name="renamed"))
    updated = genai.update_imported_model(imported[0].id, UpdateImportedModelDetails(vendor="us"))
    pages = list(genai.list_imported_models(ready.COMPARTMENT, limit=2).pages())
    answers: list[Any] = [hosting, tuned, *imported, endpoint, renamed, updated]
    answers += [genai.get_model(tuned.id), genai.get_dedicated_ai_cluster(hosting.id)]
    answers += [genai.get_work_request(ready.work_begun(each)) for each in (hosting, tuned, endpoint, updated)]
    answers += [genai.change_model_compartment(tuned.id, ready.ELSEWHERE), genai.delete_endpoint(endpoint.id)]
    logs = [encode(line) for line in genai.list_work_request_logs(ready.work_begun(tuned))]
    listed = [(page.next_page, [encode(item) for item in page.items]) for page in pages]
    return [*map(written, answers), json.dumps(logs), json.dumps(listed), refusal(genai, hosting.id)]


def refusal(genai: GenAi, cluster_id: str) -> str:
    """Write down how the deletion of a cluster in use is refused."""
    try:
        genai.delete_dedicated_ai_cluster(cluster_id)
    except ServiceError as error:
        return f"{error} [{error.rule}]"
    return "it is not refused"


class DeterminismBehaviours:
    """What follows from the seed, and what does not."""

    @needs(Capability.SEED, Capability.SEVERAL, Capability.PACE)
    def test_the_same_seed_and_calls_give_the_same_bytes(self, open_harness: OpenPortHarness) -> None:
        """Ids, etags, page tokens, metrics, messages: all that is answered."""
        first, second = (story(open_harness(seed=7, pace="realistic").genai) for _ in range(2))
        assert first == second

    @needs(Capability.SEED, Capability.PACE)
    def test_the_same_seed_and_calls_give_the_same_bytes_as_in_memory(self, open_harness: OpenPortHarness) -> None:
        """If two backends ever disagree, that is a defect of one of them."""
        told = story(open_harness(seed=7, pace="realistic").genai)
        assert told == story(InMemoryModelRepository(seed=7, pace="realistic"))

    @needs(Capability.SEED, Capability.SEVERAL)
    def test_another_seed_gives_other_ids(self, open_harness: OpenPortHarness) -> None:
        """Two worlds do not share identifiers by chance."""
        one, another = (ready.imported_model(open_harness(seed=seed).genai) for seed in (1, 2))
        assert one.id != another.id
        assert one.etag != another.etag
        assert one.display_name == another.display_name

    @needs(Capability.SEED, Capability.SEVERAL)
    def test_looks_and_time_do_not_change_what_comes_after(self, open_harness: OpenPortHarness) -> None:
        """Ids and etags follow from the order of changes alone."""
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

    def test_every_identifier_is_its_own(self, genai: GenAi) -> None:
        """A hundred resources and their work requests have two hundred ids; no etag is another one's either."""
        details = ready.imported_model_details()
        begun = [genai.create_imported_model(details) for _ in range(100)]
        assert len({each.id for each in begun} | {ready.work_begun(each) for each in begun}) == 200
        assert len({each.etag for each in begun}) == 100

    @needs(Capability.SEED, Capability.SEVERAL)
    def test_every_opened_backend_is_a_world_of_its_own(self, open_harness: OpenPortHarness) -> None:
        """What happens in one is not seen in another, also with the same seed."""
        one, another = open_harness(seed=7), open_harness(seed=7)
        ready.imported_model(one.genai)
        assert list(another.genai.list_imported_models(ready.COMPARTMENT)) == []
