"""What all commands of `genai-ports` have in common."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from genai_ports.errors import GenAiError

FILE: Final = click.Path(path_type=Path)
HELP_OPTIONS: Final = {"help_option_names": ["-h", "--help"]}


class Command(click.Command):
    """A command that reports its own errors in one line, with exit status 1."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except (GenAiError, OSError) as error:
            raise click.ClickException(str(error)) from error
