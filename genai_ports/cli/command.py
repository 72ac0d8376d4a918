"""What all commands of `genai-ports` have in common."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, TypeAlias

import click

from genai_ports.errors import GenAiError
from genai_ports.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FILE: Final = click.Path(path_type=Path)
TLS_DIRECTORY: Final = Path(click.get_app_dir("genai-ports"), "tls")
"""Where `genai-ports serve --tls` has its authority by default."""
Json: TypeAlias = Any
"""A JSON document."""
HELP_OPTIONS: Final = {"help_option_names": ["-h", "--help"]}

_HELP: Final[Any] = getattr(click.exceptions, "NoArgsIsHelpError", ())
"""What click raises, from 8.2 on, to show the help of a group without a subcommand."""


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


def write_examples(formatter: click.HelpFormatter, examples: Sequence[str]) -> None:
    """Write the examples at the end of a help text."""
    if not examples:
        return
    with formatter.section("Examples"):
        for line in examples:
            formatter.write(f"{' ' * formatter.current_indent}{line}\n")


@contextmanager
def errors_of(command: str) -> Iterator[None]:
    """Report errors of the block as those of a command."""
    try:
        yield
    except (CommandError, _HELP):
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


class Command(_WithNamedErrors):
    """A command that reports its errors in one line; the exit status is 1, or 2 if it was typed wrong.

    Args:
        examples: command lines, one a line; the help ends with them.
    """

    def __init__(self, *arguments: Any, examples: str = "", **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.examples = [line.strip() for line in examples.splitlines()]

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  # of click
        """Write the examples."""
        write_examples(formatter, self.examples)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with errors_of(ctx.command_path):
            try:
                return super().invoke(ctx)
            except BrokenPipeError:  # such as with `| head`: click ends silently
                raise
            except (GenAiError, OSError) as error:
                raise click.ClickException(str(error)) from error


class Group(_WithNamedErrors, click.Group):
    """A command with subcommands."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the subcommand; an error suggests a similar one."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            hint = did_you_mean(args[0], self.list_commands(ctx))
            raise click.UsageError(f"{error.message.removesuffix('.')}{hint}", ctx) from None

    def invoke(self, ctx: click.Context) -> Any:
        """Run the subcommand."""
        with errors_of(ctx.command_path):
            return super().invoke(ctx)
