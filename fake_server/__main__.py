"""`python -m fake_server`: the same command as `genai-ports serve`."""

from __future__ import annotations

from fake_server.signals import silent_interrupt

_NAME = "python -m fake_server"


def main() -> None:
    """Run the command.

    Raises:
        SystemExit: always, with the exit status of the command.
    """
    with silent_interrupt():
        from genai_ports.cli import explain_missing_package  # noqa: PLC0415  # Ctrl-C ends it silently from here on

        with explain_missing_package(_NAME, extra="server"):
            from genai_ports.cli.serve import serve  # noqa: PLC0415  # imports click, which may be missing

            serve(prog_name=_NAME)


if __name__ == "__main__":
    main()
