"""The commands: each is in the module of its name, which is imported when the command is used."""

from __future__ import annotations

from importlib import import_module
from typing import Final

import click

from fake_server.signals import end_silent_interrupt
from genai_ports.cli.command import HELP_OPTIONS, Group, write_examples

SUMMARIES: Final = {
    "certify": "Run the contract against any endpoint.",
    "clock": "Show the time of a world, or move its clock forward.",
    "compare": "Compare recordings with the simulator.",
    "demo": "Run one scenario on both backends and compare every response.",
    "drift": "Compare the installed OCI SDK with what genai-ports serves.",
    "env": "Print the settings that make clients use a running server.",
    "fault": "Add, list and remove faults of later calls on a running server.",
    "journal": "Show the last calls to a running server.",
    "ls": "List the resources of a running server, newest first.",
    "mirror": "Read a tenancy into a scrubbed world file.",
    "pace": "Show the pace of a world, or set that of all its work.",
    "profile": "Write a throw-away key and a config file for OCI's tools.",
    "record": "Play a scenario and record it, or record through a proxy.",
    "reset": "Start the world of a tenancy again.",
    "run": "Run a program, unchanged, against a simulated control plane.",
    "scrub": "Remove secrets and private names from cassettes.",
    "serve": "Serve a simulated control plane over HTTP.",
    "show": "Show a resource with its work requests and its timeline.",
    "state": "Export, import and check the worlds of a state directory.",
    "tenancies": "List the tenancies that have a world on a running server.",
    "watch": "Show the resources of a running server as they change.",
    "work": "Steer the work that is in progress on a running server.",
}
"""The first lines of the commands, so that the help imports none of them."""
_EXAMPLES: Final = (
    "genai-ports serve",
    "genai-ports ls",
    "genai-ports run -- python deploy.py",
    "genai-ports serve --help",
)
_ENDS_BY_SIGNAL: Final = "serve"
"""The command that ends in the same way at every signal, also before it serves."""


def load_command(name: str) -> click.Command:
    """Import a command by its name."""
    command: click.Command = getattr(import_module(f"genai_ports.cli.{name}"), name)
    return command


class _Commands(Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # of the base class
        return [*SUMMARIES]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # as above
        if cmd_name not in SUMMARIES:
            return None
        command = load_command(cmd_name)
        if cmd_name != _ENDS_BY_SIGNAL:
            end_silent_interrupt()
        return command

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  # as above
        write_examples(formatter, _EXAMPLES)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  # as above
        with formatter.section("Commands"):
            formatter.write_dl([*SUMMARIES.items()])


@click.group("genai-ports", cls=_Commands, context_settings=HELP_OPTIONS)
@click.version_option(package_name="genai-ports")
def commands() -> None:
    """The control plane of OCI Generative AI for tests: a simulator to serve, and recordings of the real one."""
