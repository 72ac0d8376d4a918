"""The ports: what `help` shows about an operation, and what has a port."""

from __future__ import annotations

import inspect
import pydoc
import re

import pytest

import genai_ports
from genai_ports import InMemoryModelRepository, Repository
from genai_ports.api.kinds import OPERATIONS
from genai_ports.errors import NotFound

PORTS = (
    genai_ports.ModelRepository,
    genai_ports.ImportedModelRepository,
    genai_ports.EndpointRepository,
    genai_ports.DedicatedAiClusterRepository,
    genai_ports.WorkRequestRepository,
    genai_ports.GenAi,
)
METHODS = (*OPERATIONS, "wait_for_work_request")


def parts_of(docs):
    """Split the arguments in a docstring into those with a text of their own, and those that `GenAi` describes."""
    arguments = re.search(r"\nArgs:\n(.*?)\n\n", docs, re.DOTALL)[1]
    lines = re.findall(r"^    (\w[\w, ]*): (.*)$", arguments, re.MULTILINE)
    shared = {name for names, text in lines if text == "see `GenAi`." for name in names.split(", ")}
    return {name for name, text in lines if text != "see `GenAi`."}, shared


def shared_arguments():
    return set(re.findall(r"^ {4}(\w+): ", inspect.getdoc(genai_ports.GenAi), re.MULTILINE))


@pytest.mark.parametrize("name", METHODS)
def test_help_for_an_operation_of_a_connection_shows_all_about_it(name):
    genai = InMemoryModelRepository()
    docs = inspect.getdoc(getattr(genai, name))
    assert inspect.getdoc(getattr(Repository, name)) == docs
    assert all(f"\n{section}:" in docs for section in ("Args", "Returns", "Raises"))
    for shown in (pydoc.render_doc(getattr(genai, name)), pydoc.render_doc(Repository)):
        assert docs.partition("\n")[0] in pydoc.plain(shown)


@pytest.mark.parametrize("name", OPERATIONS)
def test_help_for_an_operation_names_oracles_page(name):
    source = inspect.getdoc(getattr(Repository, name)).partition("\nSource:")[2].strip()
    assert source.startswith("https://docs.oracle.com/")
    assert source.rpartition("/")[2].lower() == name.replace("_", "")


@pytest.mark.parametrize("name", METHODS)
def test_an_argument_is_described_with_its_operation_or_once_for_all_of_them(name):
    own, shared = parts_of(inspect.getdoc(getattr(Repository, name)))
    assert own | shared == set(inspect.signature(getattr(InMemoryModelRepository(), name)).parameters)
    assert not own & shared
    assert shared <= shared_arguments()


def test_every_shared_argument_is_one_of_several_operations():
    described = [parts_of(inspect.getdoc(getattr(Repository, name)))[1] for name in METHODS]
    assert all(sum(argument in shared for shared in described) > 1 for argument in shared_arguments())


@pytest.mark.parametrize("name", ["clock", "default_region", "close"])
def test_help_for_the_rest_of_a_connection_is_that_of_the_port(name):
    assert inspect.getdoc(getattr(Repository, name)) == inspect.getdoc(getattr(genai_ports.GenAi, name))


@pytest.mark.parametrize("port", PORTS)
def test_the_client_has_the_signatures_of_the_port(port):
    for name in METHODS:
        if hasattr(port, name):
            assert inspect.signature(getattr(Repository, name)) == inspect.signature(getattr(port, name))


@pytest.mark.parametrize("port", PORTS)
def test_a_repository_has_every_port(port):
    assert isinstance(InMemoryModelRepository(), port)
    assert not isinstance(object(), port)


def test_a_class_with_the_methods_of_a_port_has_the_port():
    class Nothing:
        """All work requests are unknown."""

        def refuse(self, work_request_id, **options):
            raise NotFound(work_request_id)

        list_work_requests = get_work_request = list_work_request_errors = refuse
        list_work_request_logs = wait_for_work_request = refuse

    assert isinstance(Nothing(), genai_ports.WorkRequestRepository)
    assert not isinstance(Nothing(), genai_ports.EndpointRepository)
    assert not isinstance(Nothing(), genai_ports.GenAi)


def test_a_backend_has_the_port_below_the_client():
    backend = InMemoryModelRepository()._backend
    assert isinstance(backend, genai_ports.Backend)
    assert not isinstance(InMemoryModelRepository(), genai_ports.Backend)
