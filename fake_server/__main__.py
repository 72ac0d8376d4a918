"""`python -m fake_server`: serve until told to stop."""

from __future__ import annotations

import argparse
import signal
import sys
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from fake_server.server import FakeServer
from fake_server.settings import Settings
from genai_ports.api.value import replaced
from genai_ports.errors import ConfigurationError, GenAiError

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
    parser.add_argument(
        "--limits",
        choices=("generous", "strict"),
        default="generous",
        help="strict has 0 units of every cluster shape until a limit is set (default: %(default)s)",
    )
    parser.add_argument(
        "--mode", action="append", default=[], help="an unkind way to answer, such as short-pages; may be given again"
    )
    parser.add_argument(
        "--lenient", action="store_true", help="let pass, and only note, what nobody reads in a request"
    )
    parser.add_argument(
        "--verify-signatures", action="store_true", help="serve only requests that are signed with a registered key"
    )
    parser.add_argument(
        "--trust",
        action="append",
        default=[],
        type=Path,
        help="OCI config file whose profiles' public keys are registered; may be given again",
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
    settings = Settings(
        region=given.region,
        seed=given.seed,
        pace=given.pace,
        clock=given.clock,
        limits=given.limits,
        modes=tuple(given.mode),
        lenient=given.lenient,
        verify_signatures=given.verify_signatures,
    )
    return serve(given.host, given.port, settings, given.port_file, given.trust)


def serve(host: str, port: int, settings: Settings, port_file: Path | None, trust: Sequence[Path] = ()) -> int:
    """Serve until SIGINT or SIGTERM; the first line on stdout says where.

    Args:
        host: the address to listen on.
        port: the port; 0 picks a free one.
        settings: how the worlds are set up.
        port_file: where to write the port.
        trust: OCI config files whose profiles' public keys are registered.

    Returns:
        The exit status: 0 after being told to stop, 1 where it cannot serve.
    """
    stop = Event()
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        _check_port_file(port_file)
        with FakeServer(host=host, port=port, settings=_trusting(settings, trust)) as server:
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


def _trusting(settings: Settings, trust: Sequence[Path]) -> Settings:
    if not trust:
        return settings
    if not settings.verify_signatures:
        raise ConfigurationError("--trust registers keys that only --verify-signatures looks at: give both")
    from fake_server.keys import keys_of_config  # noqa: PLC0415  # loads cryptography

    keys = {name: pem for path in trust for name, pem in keys_of_config(path).items()}
    return replaced(settings, keys=keys)


def _check_port_file(path: Path | None) -> None:
    """Refuse a file that cannot be written before anything listens."""
    if path and path.is_dir():
        raise ConfigurationError(f"--port-file must name a file, not the directory {path}")
    if path and not path.parent.is_dir():
        raise ConfigurationError(f"--port-file must name a file in a directory that exists, not {path}")


def _write_whole(path: Path, text: str) -> None:
    """Write a file that whoever waits for it never sees half written; where that fails, nothing of it is left."""
    draft = path.with_name(f"{path.name}.draft")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    except OSError:
        with suppress(OSError):
            draft.unlink()
        raise


if __name__ == "__main__":
    sys.exit(main())
