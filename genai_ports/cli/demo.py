"""`genai-ports demo`: run one scenario on both backends in lock step and compare every response."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import click
from rich.live import Live

from fake_server import FakeServer, Settings
from genai_ports import builders
from genai_ports.api.dedicated_ai_cluster import CreateDedicatedAiClusterDetails
from genai_ports.api.endpoint import CreateEndpointDetails
from genai_ports.api.imported_model import CreateImportedModelDetails
from genai_ports.api.model import CreateModelDetails
from genai_ports.backends.memory import InMemoryModelRepository
from genai_ports.backends.sdk import SdkModelRepository
from genai_ports.backends.system_clock import SystemClock
from genai_ports.cli.command import Command
from genai_ports.cli.report import Row, new_console, print_difference, print_result, step_table
from genai_ports.errors import ConfigurationError, GenAiError
from genai_ports.regions import DEFAULT_REGION
from genai_ports.regions import region as known_region
from genai_ports.simulator.faults.faults import Fault
from genai_ports.testing.lock_step import BackendComparison, ComparedBackend, Difference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from genai_ports.api.imported_model import ModelDataSource
    from genai_ports.simulator.state.journal import Entry
    from genai_ports.testing.lock_step import Outcome

COMPARTMENT: Final = "ocid1.compartment.oc1..genaiportsdemo"
_BUCKETS: Final = 249
_PAGE_SIZE: Final = 100
_PACE: Final = "realistic"
_POLL_SECONDS: Final = 60.0
_TIMEOUT_SECONDS: Final = 7200.0

_THROTTLED: Final = Fault(code="TooManyRequests", retry_after=30, operation="create_endpoint")
_LOST: Final = Fault(damage="reset", committed=True, operation="create_imported_model")


@click.command(
    cls=Command,
    examples="""genai-ports demo
    genai-ports demo --region eu-frankfurt-1""",
)
@click.option("--seed", default="0", show_default=True, help="Seed of all generated ids and etags.")
@click.option("--region", default=DEFAULT_REGION, show_default=True, help="Region of the scenario.")
@click.pass_context
def demo(ctx: click.Context, seed: str, region: str) -> None:
    """Run one scenario on both backends and compare every response.

    The backends are the simulator in memory, and the OCI SDK over HTTP to a server that the command starts on a free
    port of this machine. No account and no network are needed. The exit status is 1 if the backends differ.
    """
    ctx.exit(0 if run_demo(new_console(), seed=seed, region=region) else 1)


def run_demo(console: Console, *, seed: str, region: str) -> bool:
    """Run the scenario, print its steps, and return whether every response was the same on both backends.

    Raises:
        UnknownRegion: OCI has no such region.
        GenAiError: a step fails on both backends, for example because the region has no model to fine-tune.
    """
    region_id, clock = known_region(region).id, SystemClock()
    console.print(f"A model's life in {region_id}, in memory and over HTTP, seed {seed}\n", markup=False)
    start = clock.now()
    rows: list[Row] = []
    found = None
    try:
        with _backends(seed, region_id) as both, Live(console=console, auto_refresh=False, transient=True) as live:
            for row in Scenario(both).steps():
                rows.append(row)
                live.update(step_table(console, rows), refresh=True)
    except Difference as difference:
        found = difference
    seconds = (clock.now() - start).total_seconds()
    console.print(step_table(console, rows))
    if found:
        print_difference(console, found)
        return False
    print_result(console, rows, seconds=seconds)
    return True


@contextmanager
def _backends(seed: str, region: str) -> Iterator[BackendComparison]:
    """Open the two backends, each with a world of its own."""
    settings = Settings(seed=seed, region=region, pace=_PACE, clock="virtual")
    with (
        InMemoryModelRepository(seed=seed, region=region, pace=_PACE) as memory,
        FakeServer(settings=settings) as server,
        SdkModelRepository(endpoint=server.url, region=region, clock=server.clock) as http,
    ):
        yield BackendComparison([ComparedBackend(memory, memory.simulator), ComparedBackend(http, server.simulator)])


class Scenario:
    """A model is fine-tuned, deployed and deleted; then many models are imported and listed."""

    def __init__(self, both: BackendComparison) -> None:
        self._both = both
        self._start = both.world.clock.now()
        self._reported = 0

    def steps(self) -> Iterator[Row]:
        """Run the scenario; yield a row after each step.

        Raises:
            Difference: the backends differ.
            GenAiError: a call fails on both backends that should succeed.
        """
        base = self._find_base_model()
        yield self._row("List Meta's models for fine-tuning")
        tuning = self._create_cluster("FINE_TUNING", units=2)
        hosting = self._create_cluster("HOSTING", units=1)
        yield self._row("Create clusters for tuning and hosting", hosting)
        model = self._fine_tune(base, tuning)
        yield self._row(f"Fine-tune {base.display_name}", model)
        self._both.plan_fault(_THROTTLED)
        endpoint = self._deploy(model, hosting)
        yield self._row("Create an endpoint; retry after a 429", endpoint)
        self._both.call("delete_model", model.id)
        yield self._row("Delete the model while it is in use")
        endpoint = self._finish("delete_endpoint", endpoint.id, get="get_endpoint")
        yield self._row("Delete the endpoint", endpoint)
        model = self._finish("delete_model", model.id, get="get_model")
        yield self._row("Delete the model", model)
        self._both.plan_fault(_LOST)
        imported = self._import_with_retry_token("demo-import")
        yield self._row("Import a model; repeat a lost response", imported)
        imported = self._import_from_buckets()
        yield self._row(f"Import {_BUCKETS} models from Object Storage", imported)
        sizes = self._list_in_pages()
        self._both.compare_worlds()
        yield self._row(f"List imported models: {' + '.join(map(str, sizes))}")

    def _find_base_model(self) -> Any:
        page = self._call("list_models", COMPARTMENT, vendor="meta", capability="FINE_TUNE").value
        if not page.items:
            region = self._both.world.region
            raise ConfigurationError(
                f"{region} has no model of Meta that can be fine-tuned: use us-chicago-1 or eu-frankfurt-1"
            )
        return page.items[0]

    def _create_cluster(self, kind: str, *, units: int) -> Any:
        details = CreateDedicatedAiClusterDetails(
            compartment_id=COMPARTMENT, type=kind, unit_count=units, unit_shape="LARGE_GENERIC"
        )
        return self._finish("create_dedicated_ai_cluster", details, get="get_dedicated_ai_cluster")

    def _fine_tune(self, base: Any, cluster: Any) -> Any:
        dataset = builders.object_storage_dataset(
            namespace_name="demo", bucket_name="datasets", object_name="train.jsonl"
        )
        details = CreateModelDetails(
            compartment_id=COMPARTMENT,
            base_model_id=base.id,
            fine_tune_details=builders.fine_tune_details(
                training_dataset=dataset,
                dedicated_ai_cluster_id=cluster.id,
                training_config=builders.lora_training_config(lora_r=8, total_training_epochs=3),
            ),
        )
        return self._finish("create_model", details, get="get_model")

    def _deploy(self, model: Any, cluster: Any) -> Any:
        details = CreateEndpointDetails(
            compartment_id=COMPARTMENT, model_id=model.id, dedicated_ai_cluster_id=cluster.id
        )
        return self._finish("create_endpoint", details, get="get_endpoint")

    def _import_with_retry_token(self, token: str) -> Any:
        return self._call("create_imported_model", _imported("demo"), retry_token=token).value

    def _import_from_buckets(self) -> Any:
        names = [f"demo-{number:03}" for number in range(1, _BUCKETS + 1)]
        for name in names[:-1]:
            self._call("create_imported_model", _imported(name, bucket="models"))
        return self._finish("create_imported_model", _imported(names[-1], bucket="models"), get="get_imported_model")

    def _list_in_pages(self) -> list[int]:
        sizes: list[int] = []
        page: str | None = None
        while not sizes or page is not None:
            found = self._call("list_imported_models", COMPARTMENT, limit=_PAGE_SIZE, page=page).value
            sizes.append(len(found.items))
            page = found.next_page
        return sizes

    def _finish(self, operation: str, subject: Any, *, get: str) -> Any:
        """Call an operation, wait for its work request, and get the resource."""
        started = self._call(operation, subject)
        _checked(self._both.wait(started.response.work_request_id, timeout=_TIMEOUT_SECONDS, interval=_POLL_SECONDS))
        return self._call(get, getattr(started.value, "id", subject)).value

    def _call(self, operation: str, *arguments: Any, **options: Any) -> Outcome:
        return _checked(self._both.call(operation, *arguments, **options))

    def _row(self, title: str, resource: Any = None) -> Row:
        """Report all requests since the row before."""
        world = self._both.world
        entries = list(world.journal)[self._reported :]
        self._reported += len(entries)
        return Row(
            time=timedelta(seconds=round((world.clock.now() - self._start).total_seconds())),
            title=title,
            responses=", ".join(status for status, _ in groupby(map(_status, filter(_is_shown, entries)))),
            state=resource.lifecycle_state if resource else "",
            calls=len(entries),
        )


def _imported(name: str, *, bucket: str | None = None) -> CreateImportedModelDetails:
    source: ModelDataSource = builders.hugging_face_data_source(model_id="openai/gpt-oss-20b")
    if bucket:
        source = builders.object_storage_data_source(namespace_name="demo", bucket_name=bucket, prefix_name=f"{name}/")
    return CreateImportedModelDetails(compartment_id=COMPARTMENT, display_name=name, data_source=source)


def _checked(outcome: Outcome) -> Outcome:
    if outcome.error:
        cls, text, facts = outcome.error
        raise GenAiError(f"{facts.get('operation') or 'the scenario'} fails on both backends: {cls.__name__}: {text}")
    return outcome


def _is_shown(entry: Entry) -> bool:
    return not entry.operation.startswith("get_")


def _status(entry: Entry) -> str:
    return f"{entry.status} lost" if entry.fault and entry.code is None else str(entry.status)
