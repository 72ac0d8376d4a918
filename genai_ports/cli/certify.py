"""`genai-ports certify`: the first half of the contract against any endpoint."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlsplit

import click

from fake_server.signals import on_signal
from genai_ports.backends.connect import connect
from genai_ports.backends.urls import is_loopback, without_user
from genai_ports.cli.certify_report import plan_as_text, print_report, report_as_json
from genai_ports.cli.command import HELP_OPTIONS, Command
from genai_ports.errors import GenAiError, missing_extra
from genai_ports.ocids import parse_ocid

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from genai_ports.client.repository import Repository
    from genai_ports.testing.certify.certifying import Certification
    from genai_ports.testing.certify.clean_up import Tagged
    from genai_ports.testing.certify.scope import Scope

_HELD: Final = 0
_DIFFERS: Final = 1
_NOT_DONE: Final = 2
_SIMULATED: Final = ("memory", "world", "cassette")
_MOST: Final = 10
_LONGEST_WAIT: Final = 60.0


class NotDone(click.ClickException):
    """The certification was not carried out."""

    exit_code = _NOT_DONE


class _Wishes(NamedTuple):
    """The options about what a certification may do.

    Args:
        compartment: see `Scope`; so all others.
    """

    compartment: str | None
    other_compartment: str | None
    subnet: str | None
    with_clusters: bool
    all_regions: bool
    most: int | None
    longest_wait: float | None
    interval: float | None


@click.command(
    cls=Command,
    context_settings=HELP_OPTIONS,
    examples="""genai-ports certify http://127.0.0.1:8080
    genai-ports certify oci://us-chicago-1?profile=DEV --compartment ocid1.compartment.oc1..example""",
)
@click.argument("url")
@click.option("--compartment", help="OCID of the compartment to create resources in; required for a real endpoint.")
@click.option("--other-compartment", help="OCID of another compartment, to move resources to.")
@click.option("--subnet", help="OCID of the subnet of private endpoints.")
@click.option("--with-clusters", is_flag=True, help="Create dedicated AI clusters, endpoints and fine-tuned models.")
@click.option("--all-regions", is_flag=True, help="Call other regions than the default one.")
@click.option("--most", type=int, help=f"Resources that a test may create; default for a real endpoint: {_MOST}.")
@click.option(
    "--longest-wait",
    type=float,
    help=f"Seconds that a test may let pass, apart from waiting for work; default: {_LONGEST_WAIT:g}.",
)
@click.option("--interval", type=float, help="Seconds between two reads of work; default: as the service requests.")
@click.option("--only", metavar="EXPRESSION", help="Run some tests, such as 'lists or pages'; as for pytest -k.")
@click.option("--clean-up-only", is_flag=True, help="Delete what an earlier certification left, and run nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_context
def certify(
    ctx: click.Context,
    /,
    url: str,
    *,
    only: str | None,
    clean_up_only: bool,
    yes: bool,
    as_json: bool,
    **wishes: Any,
) -> None:
    """Run the contract against any endpoint.

    The contract is a suite of tests; its first half needs no simulator and runs here. The report has a verdict for each
    row of docs/fidelity.md.

    URL is any that genai_ports.connect takes, such as http://127.0.0.1:8080 or oci://us-chicago-1?profile=DEV. For a
    real endpoint, the command shows what it will create and asks first. It tags all that it creates with genai-ports,
    and deletes it in the end, also after Ctrl-C.

    The exit status is 0 if everything that was shown holds, 1 if something differs, and 2 if the certification did
    not run, was interrupted, or left something behind.
    """
    try:
        interrupt = _Interrupt()
        with on_signal(interrupt), _needs_pytest(), connect(url) as genai:
            scope = _scope(url, genai, _Wishes(**wishes))
            if clean_up_only:
                ctx.exit(_clean_up(url, genai, scope, agreed=yes))
            done = _certify(url, genai, scope, interrupt, only=only, agreed=yes or not _is_real(url), as_json=as_json)
            ctx.exit(done)
    except (GenAiError, OSError) as error:
        raise NotDone(str(error)) from error
    except KeyboardInterrupt:
        raise NotDone("interrupted") from None


class _Interrupt:
    """Lets SIGTERM interrupt as Ctrl-C does, so that everything is deleted.

    Args:
        requested: whether a signal has come.
    """

    requested = False

    def __call__(self) -> None:
        self.requested = True
        raise KeyboardInterrupt


@contextmanager
def _needs_pytest() -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        raise missing_extra(error, "a certification", "testing") from error


def _is_real(url: str) -> bool:
    """Return whether resources that are created at a URL may cost money."""
    scheme = urlsplit(url).scheme
    return scheme not in _SIMULATED and not (scheme in ("http", "https") and is_loopback(url))


def _scope(url: str, genai: Repository, wishes: _Wishes) -> Scope:
    """Return what the certification may do; at a simulated endpoint everything, apart from long waits."""
    from genai_ports.testing.certify.scope import Scope  # noqa: PLC0415  # imports pytest

    longest = wishes.longest_wait
    if longest is None and not hasattr(genai.clock, "advance"):
        longest = _LONGEST_WAIT
    ocids = {"compartment": wishes.compartment, "other_compartment": wishes.other_compartment, "subnet": wishes.subnet}
    for name, ocid in ocids.items():
        if ocid is not None and parse_ocid(ocid) is None:
            raise NotDone(f"--{name.replace('_', '-')} must be an OCID, not {ocid!r}")
    usual = Scope()
    if not _is_real(url):
        return Scope(
            compartment=wishes.compartment or usual.compartment,
            elsewhere=wishes.other_compartment or usual.elsewhere,
            subnet=wishes.subnet or usual.subnet,
            most=wishes.most,
            longest=longest,
            interval=wishes.interval,
        )
    if wishes.compartment is None:
        raise NotDone(f"{without_user(url)} is a real endpoint: pass --compartment, best one that has nothing else")
    return Scope(
        compartment=wishes.compartment,
        elsewhere=wishes.other_compartment,
        subnet=wishes.subnet,
        clusters=wishes.with_clusters,
        anywhere=False,
        regions=wishes.all_regions,
        most=_MOST if wishes.most is None else wishes.most,
        longest=longest,
        interval=wishes.interval,
    )


def _certify(
    url: str,
    genai: Repository,
    scope: Scope,
    interrupt: _Interrupt,
    *,
    only: str | None,
    agreed: bool,
    as_json: bool,
) -> int:
    from genai_ports.testing.certify.certifying import certify as run  # noqa: PLC0415  # imports pytest
    from genai_ports.testing.certify.certifying import make_plan  # noqa: PLC0415  # as above
    from genai_ports.testing.certify.running import SuiteFailed  # noqa: PLC0415  # as above
    from genai_ports.testing.certify.verdicts import verdicts  # noqa: PLC0415  # as above

    try:
        plan = make_plan(genai.default_region, scope, only=only)
        click.echo(plan_as_text(url, genai, scope, plan), err=True)
        if not agreed and not click.confirm("Continue?", err=True):
            return _NOT_DONE
        done = run(
            genai.backend,
            scope,
            plan,
            only=only,
            is_real=_is_real(url),
            on_result=_show_difference,
            is_interrupted=lambda: interrupt.requested,
        )
    except SuiteFailed as error:
        raise NotDone(str(error)) from error
    rows = verdicts(done.results)
    click.echo(report_as_json(url, plan, done, rows)) if as_json else print_report(done, rows)
    return _exit_status(done)


def _exit_status(done: Certification) -> int:
    """Return the exit status, and show what is left to do."""
    for each in done.left:
        click.echo(f"not deleted: {each}", err=True)
    if done.left:
        click.echo("to try again: the same command with --clean-up-only", err=True)
    if not done.is_complete:
        click.echo("interrupted: the report is of the tests that finished", err=True)
    if not done.is_complete or done.left:
        return _NOT_DONE
    return _DIFFERS if any(result.outcome == "differs" for result in done.results) else _HELD


def _show_difference(result: Any) -> None:
    """Show a difference when it is found: a certification of a real service takes hours."""
    if result.outcome == "differs":
        click.echo(f"differs: {result.name}", err=True)


def _clean_up(url: str, genai: Repository, scope: Scope, *, agreed: bool) -> int:
    from genai_ports.testing.certify.clean_up import delete_tagged, find_tagged  # noqa: PLC0415  # imports pytest

    found: Sequence[Tagged] = [*find_tagged(genai.backend, scope)]
    if not found:
        click.echo("nothing to delete")
        return _HELD
    click.echo(
        "\n".join([f"at {without_user(url)}, tagged by an earlier certification:", *(f"  {each}" for each in found)])
    )
    if not agreed and not click.confirm("Delete these?"):
        return _NOT_DONE
    left = delete_tagged(genai.backend, found, scope.interval)
    for each in left:
        click.echo(f"not deleted: {each}", err=True)
    click.echo(f"deleted {len(found) - len(left)} of {len(found)}")
    return _NOT_DONE if left else _HELD
