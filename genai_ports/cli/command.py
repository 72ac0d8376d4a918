"""What all commands of `genai-ports` have in common."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, TypeAlias

import click

from genai_ports.errors import GenAiError

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE: Final = click.Path(path_type=Path)
TLS_DIRECTORY: Final = Path(click.get_app_dir("genai-ports"), "tls")
"""Where `genai-ports serve --tls` has its authority by default."""
Json: TypeAlias = Any
"""A JSON document."""
HELP_OPTIONS: Final = {"help_option_names": ["-h", "--help"]}


class CommandError(click.ClickException):
    """An error that is reported in a line that begins with the command that was typed.

    Args:
        error: the error.
        command: the command, such as `genai-ports ls`.
    """

    def __init__(self, error: click.ClickException, command: str) -> None:
        super().__init__(error.format_message())
        vars(self)["exit_code"] = error.exit_code
        self.command = command
        self.has_help = isinstance(error, click.UsageError)

    def show(self, file: IO[str] | None = None) -> None:
        """Print the error, and how to get help if an option or argument is wrong."""
        lines = [f"{self.command}: {self.message}", *([f"For help: {self.command} --help"] if self.has_help else [])]
        click.echo("\n".join(lines), file=file, err=file is None)


@contextmanager
def errors_of(command: str) -> Iterator[None]:
    """Report errors of the block as those of a command."""
    try:
        yield
    except CommandError:
        raise
    except click.ClickException as error:
        context = getattr(error, "ctx", None)
        raise CommandError(error, context.command_path if context else command) from error


class _WithNamedErrors(click.Command):
    """A command whose errors begin with what was typed, also those of its command line."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Read the command line."""
        with errors_of(info_name or ""):
            return super().make_context(info_name, args, parent, **extra)


class Group(_WithNamedErrors, click.Group):
    """A command with subcommands."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the subcommand."""
        with errors_of(ctx.command_path):
            return super().invoke(ctx)


class Command(_WithNamedErrors):
    """A command that reports its errors in one line; the exit status is 1, or 2 if it was typed wrong."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with errors_of(ctx.command_path):
            try:
                return super().invoke(ctx)
            except BrokenPipeError:  # such as with `| head`: click ends silently
                raise
            except (GenAiError, OSError) as error:
                raise click.ClickException(str(error)) from error
