"""`genai-ports env`: the settings that make clients of all languages use a running server."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final

import click

from genai_ports.cli import choices
from genai_ports.cli.command import Command
from genai_ports.cli.server_command import of_server, print_json
from genai_ports.regions import region as known_region

if TYPE_CHECKING:
    from collections.abc import Mapping

    from genai_ports.cli.control_client import ControlClient

_CLIENTS: Final = {
    "OCI CLI": "export OCI_CLI_ENDPOINT={endpoint}",
    "genai_ports": "export GENAI_PORTS_URL={url}",
    "Python": 'client = oci.generative_ai.GenerativeAiClient(config, service_endpoint="{endpoint}")',
    "TypeScript": "const client = new GenerativeAiClient({{ authenticationDetailsProvider: provider }});\n"
    'client.endpoint = "{endpoint}";',
    "Java": 'GenerativeAiClient client = GenerativeAiClient.builder().endpoint("{endpoint}").build(provider);',
    "Go": "client, err := generativeai.NewGenerativeAiClientWithConfigurationProvider(provider)\n"
    'client.Host = "{endpoint}"',
}
_HINT: Final = "Without an OCI config file, `genai-ports profile --dir D --endpoint {endpoint}` writes one."


@click.command(
    cls=Command,
    examples="""genai-ports env
    eval "$(genai-ports env --shell)\"""",
)
@click.option("--shell", is_flag=True, help="Print only lines that a shell can evaluate.")
@click.option("--region", shell_complete=choices.regions, help="Region of all calls; default: that of the server.")
@of_server
def env(server: ControlClient, *, shell: bool, region: str | None, as_json: bool) -> None:
    """Print the settings that make clients use a running server.

    They are for the OCI CLI, and for programs in Python, TypeScript, Java and Go.
    """
    server.get("/health")
    endpoint = f"{server.url}/{known_region(region).id}" if region else server.url
    url = f"{server.url}?tenancy={server.tenancy}" if server.tenancy else server.url
    variables = {"GENAI_PORTS_URL": url, "OCI_CLI_ENDPOINT": endpoint}
    if as_json:
        print_json(variables)
    elif shell:
        click.echo(_exports(variables))
    else:
        click.echo(_explained(url, endpoint))


def _exports(variables: Mapping[str, str]) -> str:
    return "\n".join(f"export {name}={shlex.quote(text)}" for name, text in variables.items())


def _explained(url: str, endpoint: str) -> str:
    parts = [f"# {client}\n{text.format(url=shlex.quote(url), endpoint=endpoint)}" for client, text in _CLIENTS.items()]
    return "\n\n".join((*parts, f"# {_HINT.format(endpoint=endpoint)}"))
