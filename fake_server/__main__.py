"""`python -m fake_server`: serve until told to stop."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from fake_server.server import FakeServer
from fake_server.settings import Settings
from genai_ports.errors import GenAiError

if TYPE_CHECKING:
    from collections.abc import Sequence


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="fake_server", description="Serve a simulated OCI Generative AI control plane over HTTP."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8080, help="port; 0 picks a free one (default: %(default)s)")
    parser.add_argument("--port-file", type=Path, help="file to write the port to")
    parser.add_argument("--region", default="us-chicago-1", help="region of plain paths (default: %(default)s)")
    parser.add_argument("--seed", default="0", help="what ids and etags follow from (default: %(default)s)")
    parser.add_argument(
        "--pace", default="2s", help="instant, seconds, 2s, realistic, reads:3 or manual (default: %(default)s)"
    )
    parser.add_argument(
        "--clock", choices=("real", "virtual"), default="real", help="what time it is there (default: %(default)s)"
    )
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve as the arguments say, until SIGINT or SIGTERM.

    Args:
        arguments: the command line's unless given.

    Returns:
        The exit status: 0 after being told to stop, 1 where it cannot serve.
    """
    given = _parser().parse_args(arguments)
    settings = Settings(region=given.region, seed=given.seed, pace=given.pace, clock=given.clock)
    return serve(given.host, given.port, settings, given.port_file)


def serve(host: str, port: int, settings: Settings, port_file: Path | None) -> int:
    """Serve until SIGINT or SIGTERM; the first line on stdout says where."""
    stop = Event()
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with FakeServer(host=host, port=port, settings=settings) as server:
            if port_file:
                _write_whole(port_file, f"{server.port}\n")
            print(f"listening on {server.url}", flush=True)  # noqa: T201  # the first line, that scripts wait for
            stop.wait()
    except (GenAiError, OSError) as error:
        print(f"fake_server: {error}", file=sys.stderr)  # noqa: T201  # a command's error
        return 1
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return 0


def _write_whole(path: Path, text: str) -> None:
    """Write a file that whoever waits for it never sees half written."""
    draft = path.with_name(f"{path.name}.draft")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


if __name__ == "__main__":
    sys.exit(main())
