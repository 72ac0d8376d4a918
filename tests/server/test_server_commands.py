"""The commands against a running server: each over a socket, as a person types it."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from dataclasses import replace
from itertools import islice
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from click.testing import CliRunner

from fake_server import FakeServer, Settings
from fake_server.routes import TOKEN_VARIABLE
from genai_ports import CreateDedicatedAiClusterDetails, connect
from genai_ports.cli import poll, server_command
from genai_ports.cli.commands import SUMMARIES, commands, load_command
from genai_ports.cli.control_client import ControlClient
from genai_ports.errors import ServiceError

COMPARTMENT = "ocid1.compartment.oc1..example"
TOKEN = "a-control-token-of-a-test"
DETAILS = CreateDedicatedAiClusterDetails(
    compartment_id=COMPARTMENT, type="HOSTING", unit_count=1, unit_shape="LARGE_GENERIC", display_name="host"
)
OF_SERVER = ("clock", "env", "fault", "journal", "ls", "pace", "reset", "show", "tenancies", "watch", "work")


@pytest.fixture
def server():
    with FakeServer(settings=Settings(seed=7, pace="10m", clock="virtual")) as running:
        yield running


@pytest.fixture
def cluster(server):
    with connect(server.url) as genai:
        return genai.create_dedicated_ai_cluster(DETAILS)


@pytest.fixture
def run(server, monkeypatch):
    monkeypatch.setenv("GENAI_PORTS_URL", server.url)
    monkeypatch.delenv(TOKEN_VARIABLE, raising=False)

    def invoke(line, *, ends=0):
        result = CliRunner().invoke(commands, shlex.split(line))
        assert result.exit_code == ends, result.output
        return result.output

    return invoke


@pytest.fixture
def terminal(monkeypatch):
    for name in ("ls", "journal", "watch"):
        load_command(name)
    monkeypatch.setattr(server_command, "is_terminal", lambda: True)
    for name in ("ls", "journal", "watch"):
        monkeypatch.setattr(f"genai_ports.cli.{name}.is_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", "120")


@pytest.fixture
def each_round(monkeypatch):
    """Replace the waits of a command that goes on: the steps run one by one, and then comes Ctrl-C."""

    def follow(*steps):
        left = iter(steps)

        def wait():
            step = next(left, None)
            if step is None:
                raise KeyboardInterrupt
            step()

        monkeypatch.setattr(poll, "wait", wait)

    return follow


def test_ls_lists_resources_with_their_work(run, cluster):
    head, row = run("ls").splitlines()
    assert head.split() == ["KIND", "NAME", "STATE", "PROGRESS", "CREATED", "OCID"]
    assert re.split(r" {2,}", row) == [
        "dedicatedAiClusters",
        "host",
        "CREATING",
        "0%",
        "2026-07-15 00:00:00",
        cluster.id,
    ]
    assert run("ls endpoints").splitlines()[1:] == []
    assert "CREATE_DEDICATED_AI_CLUSTER  ACCEPTED" in run("ls workRequests")
    assert json.loads(run("ls --json"))["items"][0]["id"] == cluster.id


def test_ls_lists_deleted_resources_only_on_demand(run, server, cluster):
    run(f"work finish {cluster.id}")
    with connect(server.url) as genai:
        genai.delete_dedicated_ai_cluster(cluster.id)
    run(f"work finish {cluster.id}")
    assert cluster.id not in run("ls")
    assert "DELETED" in run("ls --all")


def test_ls_lists_all_pages_each_resource_once_and_in_one_table(run, server, cluster, monkeypatch):
    monkeypatch.setattr("genai_ports.cli.resources._PAGE", 2)
    monkeypatch.setattr("genai_ports.cli.server_command._PART", 3)
    with connect(server.url) as genai:
        made = [cluster.id, *(genai.create_dedicated_ai_cluster(DETAILS).id for _ in range(6))]
        listed = [line.split()[-1] for line in run("ls").splitlines()]
        assert listed == ["OCID", *reversed(made)]
        assert [each["id"] for each in json.loads(run("ls --json"))["items"]] == list(reversed(made))
        get = ControlClient.get

        def get_and_create(self, path, **parameters):
            page = get(self, path, **parameters)
            genai.create_dedicated_ai_cluster(DETAILS)
            return page

        monkeypatch.setattr(ControlClient, "get", get_and_create)
        assert [line.split()[-1] for line in run("ls dedicatedAiClusters").splitlines()] == listed


def test_ls_of_none_is_json(run):
    assert run("ls --json") == '{\n  "items": []\n}\n'


def test_base_models_are_listed_with_the_models_and_found(run, server):
    base = json.loads(run("ls models --json"))["items"]
    assert {each["type"] for each in base} == {"BASE"}
    assert base[0]["displayName"] in run("ls models")
    assert base[0]["id"] not in run("ls")
    [frankfurt] = {each["id"].split(".")[3] for each in json.loads(run("ls models --region fra --json"))["items"]}
    assert frankfurt == "eu-frankfurt-1"
    with connect(server.url) as genai, pytest.raises(ServiceError):
        genai.delete_model(base[0]["id"])
    document = json.loads(run(f"show {base[0]['id'][-8:]} --json"))
    assert document["resource"] == base[0]
    assert [each["what"] for each in document["timeline"]] == [
        "delete_model returned 400 InvalidParameter by the rule base-model-is-oracles."
    ]
    assert "there is no region 'mars'" in run("ls --region mars", ends=1)


def test_ls_lists_the_resources_of_a_region(run, server, cluster):
    assert cluster.id in run("ls --region ord")
    assert cluster.id not in run("ls --region fra")


def test_watch_of_work_requests_goes_on_while_one_is_in_progress(run, server, cluster, each_round):
    each_round(lambda: server.clock.advance(600), lambda: pytest.fail("it goes on"))
    lines = run("watch workRequests --until-idle").splitlines()
    assert [line.split()[3] for line in lines] == ["ACCEPTED", "SUCCEEDED"]


def test_a_terminal_gets_a_table_with_short_ids(run, cluster, terminal):
    shown = run("ls")
    assert f"…{cluster.id[-6:]}" in shown
    assert cluster.id not in shown
    run("reset")
    assert run("ls") == "There are no resources.\n"


def test_a_name_cannot_move_the_cursor(run, server):
    with connect(server.url) as genai:
        created = genai.create_dedicated_ai_cluster(replace(DETAILS, display_name="\x1b[2Jhost"))
    assert "\\x1b[2Jhost" in run("ls")
    assert "\x1b" not in run(f"show {created.id}")


def test_show_finds_a_resource_by_the_end_of_its_ocid(run, cluster):
    shown = run(f"show {cluster.id[-5:]}")
    assert run(f"show …{cluster.id[-6:]}") == shown
    facts, work, timeline = shown.split("\n\n")
    assert f"id                {cluster.id}\n" in facts
    assert "CREATE_DEDICATED_AI_CLUSTER  ACCEPTED  0%" in work
    assert "2026-07-15 00:00:00  create_dedicated_ai_cluster returned 201." in timeline
    document = json.loads(run(f"show --json {cluster.id}"))
    assert document["resource"]["id"] == cluster.id
    assert [each["id"] for each in document["workRequests"]] == [cluster.response.work_request_id]
    assert document["timeline"][0]["what"] == "host was requested."
    assert "operationType" in run(f"show {cluster.response.work_request_id}")


def test_show_refuses_an_end_of_none_or_of_several(run, server, cluster):
    assert run("show nothing", ends=1) == (
        "genai-ports show: no resource and no work request has an OCID that ends with 'nothing'\n"
    )
    assert run("show ''", ends=1)
    with connect(server.url) as genai:
        for _ in range(40):  # more than there are last characters
            genai.create_dedicated_ai_cluster(DETAILS)
    last = [each["id"][-1] for each in json.loads(run("ls --json"))["items"]]
    several = next(each for each in last if last.count(each) > 1)
    assert re.search(rf"\d+ OCIDs end with '{several}', such as …", run(f"show {several}", ends=1))


def test_work_is_steered_by_the_end_of_an_ocid(run, cluster):
    end = cluster.id[-6:]
    assert run(f"work progress {end} 40") == f"dedicatedAiClusters  host  …{end}  CREATING  40%\n"
    assert run(f"work pace {end} manual").endswith("40%\n")
    assert run(f"work finish {end}") == f"dedicatedAiClusters  host  …{end}  ACTIVE\n"
    assert run(f"work finish {end}", ends=1).startswith("genai-ports work finish: no work is in progress on")


def test_work_fails_with_a_reason(run, cluster):
    run(f"work progress {cluster.id} 40")
    document = json.loads(run(f"work fail {cluster.id} --code OutOfCapacity --message 'No host.' --json"))
    assert (document["lifecycleState"], document["lifecycleDetails"]) == ("FAILED", "No host.")


def test_the_clock_moves(run, cluster):
    assert run("clock") == "2026-07-15T00:00:00.000Z\n"
    assert run("clock +5m") == "2026-07-15T00:05:00.000Z\n"
    assert json.loads(run("clock 1h30m --json")) == {"time": "2026-07-15T01:35:00.000Z"}
    assert run("clock 0.5") == "2026-07-15T01:35:00.500Z\n"
    assert "ACTIVE" in run("ls")
    assert "'5x' is not a duration: use one such as 30s" in run("clock 5x", ends=2)


def test_the_pace_of_all_work_is_shown_and_set(run, server, cluster):
    assert run("pace") == "10m\n"
    assert run("pace manual") == "manual\n"
    run("clock +1h")
    assert "CREATING" in run("ls")
    assert json.loads(run("pace 2s --json")) == {"pace": "2s"}
    run("clock +2s")
    assert "ACTIVE" in run("ls")
    assert run("pace soon", ends=1).startswith("genai-ports pace: unknown pace 'soon': use instant")


def test_faults_are_added_listed_and_removed(run, server):
    run("fault add list_models --status 429 --retry-after 5s --times 2")
    run("fault add create_model --failure out-of-capacity --times always")
    assert [re.split(r" {2,}", line) for line in run("fault ls").splitlines()[1:]] == [
        ["list_models", "status 429, retryAfter 5", "2", "-"],
        ["create_model", "failure out-of-capacity", "always", "-"],
    ]
    with pytest.raises(HTTPError, match="429"):
        urlopen(f"http://127.0.0.1:{server.port}/20231130/models?compartmentId={COMPARTMENT}")
    assert json.loads(run("fault ls --json"))["faults"][0]["times"] == 1
    assert run("fault clear") == "There are no faults.\n"
    assert (
        json.loads(run("fault clear --json")) == json.loads(run("fault ls --json")) == {"faults": [], "failingWork": []}
    )


def test_a_fault_shows_where_it_applies(run):
    added = run("fault add --latency 1m --region us-chicago-1 --nth 3").splitlines()[1]
    assert re.split(r" {2,}", added) == ["any", "latency 60", "1", "region us-chicago-1, nth 3"]
    assert json.loads(run("fault add --damage reset --committed --json"))["committed"] is True
    assert "genai-ports fault add: a fault needs a status" in run("fault add", ends=1)


def refused(server, identifier="ocid1.generativeaimodel.oc1..none"):
    with connect(server.url) as genai, pytest.raises(ServiceError):
        genai.get_model(identifier)


def test_the_journal_shows_the_rules_behind_refusals(run, server, cluster):
    refused(server)
    head, created, get, empty, rule = run("journal").splitlines()
    assert head.split() == ["TIME", "OPERATION", "RESOURCE", "REGION", "STATUS", "RULE", "FAULT"]
    assert re.split(r" {2,}", created)[1:] == [
        "create_dedicated_ai_cluster",
        cluster.id,
        "us-chicago-1",
        "201",
        "-",
        "-",
    ]
    assert re.split(r" {2,}", get)[-3:] == ["404", "not-found", "-"]
    assert (empty, rule[:10]) == ("", "not-found:")
    assert run("journal --status 404").count("\n") == 4
    assert run("journal -n 1 --operation create_dedicated_ai_cluster").splitlines()[1].split() == created.split()
    assert [each["status"] for each in json.loads(run("journal --json"))["items"]] == [201, 404]


@pytest.mark.parametrize("as_json", [False, True])
def test_the_journal_follows(run, server, cluster, each_round, as_json):
    each_round(lambda: refused(server), lambda: None)
    lines = run(f"journal --follow -n 1{' --json' if as_json else ''}").splitlines()
    if as_json:
        assert [json.loads(line)["status"] for line in lines] == [201, 404]
        return
    assert [line.split()[2] for line in lines] == ["create_dedicated_ai_cluster", "get_model"]
    assert "404  not-found: Authorization failed or requested resource not found" in lines[1]


def test_a_journal_that_is_followed_is_read_once(run, server, cluster, each_round, monkeypatch):
    get, sizes = ControlClient.get, []

    def counting(self, path, **parameters):
        document = get(self, path, **parameters)
        if path == "/journal":
            sizes.append(len(document["items"]))
        return document

    monkeypatch.setattr(ControlClient, "get", counting)
    each_round(
        lambda: refused(server),
        lambda: None,
        server.simulator.journal.clear,
        lambda: refused(server),
        server.reset,
        lambda: refused(server),
    )
    lines = run("journal --follow --status 404").splitlines()
    assert sizes == [0, 1, 0, 0, 1, 0, 1]
    assert ["get_model" in line for line in lines] == [True] * 3


@pytest.mark.parametrize("as_json", [False, True])
def test_watch_prints_a_line_for_each_change(run, server, cluster, each_round, as_json):
    each_round(lambda: None, lambda: server.clock.advance(300), server.reset)
    lines = run(f"watch{' --json' if as_json else ''}").splitlines()
    if as_json:
        assert [json.loads(line)["id"] for line in lines] == [cluster.id]
        return
    assert lines == [
        f"dedicatedAiClusters  host  …{cluster.id[-6:]}  CREATING  0%",
        f"dedicatedAiClusters  host  …{cluster.id[-6:]}  CREATING  44%",
        f"{cluster.id}  removed",
    ]


def test_watch_ends_when_nothing_is_in_progress(run, server, cluster, each_round):
    each_round(lambda: server.clock.advance(600), lambda: pytest.fail("it goes on"))
    assert run("watch dedicatedAiClusters --until-idle").splitlines()[-1].endswith("ACTIVE")


def test_watch_on_a_terminal_is_a_table(run, cluster, each_round, terminal):
    each_round()
    assert "CREATING" in run("watch")


def test_reset_takes_settings(run, server, cluster):
    assert run("reset --seed 8 --pace 1h --region fra --mode short-pages") == (
        "seed 8, region eu-frankfurt-1, 2026-07-15T00:00:00.000Z\n"
    )
    assert (server.simulator.settings.pace, server.simulator.settings.modes) == ("1h", ("short-pages",))
    assert json.loads(run("reset --json"))["seed"] == "7"
    assert "genai-ports reset: mode 'nope' does not exist" in run("reset --mode nope", ends=1)


def test_each_tenancy_has_its_world(run, server, cluster):
    run("fault add --latency 5s --tenancy team-a")
    assert bool(server.app.worlds.get("ocid1.tenancy.oc1..team-a").faults)
    assert not bool(server.simulator.faults)
    assert cluster.id not in run(f"ls --url {server.url}?tenancy=team-a")
    assert "a tenancy must be an OCID such as" in run("ls --tenancy a/b", ends=1)


def test_tenancies_are_listed_with_what_is_in_their_worlds(run, cluster):
    run("fault add --latency 5s --tenancy team-a")
    _, own, other = (re.split(r" {2,}", line) for line in run("tenancies").splitlines())
    assert own[0].endswith(" (default)")
    assert own[1:] == ["1 dedicatedAiClusters, 1 workRequests", "1", "2026-07-15 00:00:00"]
    assert other == ["ocid1.tenancy.oc1..team-a", "-", "0", "-"]
    assert len(json.loads(run("tenancies --json"))["items"]) == 2


def test_env_points_clients_at_the_server(run, server, tmp_path):
    shown = run("env")
    for line in (
        f"export OCI_CLI_ENDPOINT={server.url}",
        f'client = oci.generative_ai.GenerativeAiClient(config, service_endpoint="{server.url}")',
        f'client.endpoint = "{server.url}";',
        f'client.Host = "{server.url}"',
        f'.endpoint("{server.url}").build(provider);',
    ):
        assert line in shown
    url, endpoint = f"{server.url}?tenancy=ocid1.tenancy.oc1..team-a", f"{server.url}/eu-frankfurt-1"
    assert json.loads(run("env --json --region fra --tenancy team-a")) == {
        "GENAI_PORTS_URL": url,
        "OCI_CLI_ENDPOINT": endpoint,
    }
    script = f'{run("env --shell --region fra --tenancy team-a")}\necho "$GENAI_PORTS_URL" "$OCI_CLI_ENDPOINT"'
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == f"{url} {endpoint}\n"


def test_a_server_with_a_token_takes_it_from_the_option_or_the_environment(monkeypatch):
    monkeypatch.delenv(TOKEN_VARIABLE, raising=False)
    monkeypatch.delenv("GENAI_PORTS_URL", raising=False)
    with FakeServer(settings=Settings(clock="virtual"), control_token=TOKEN) as server:
        start = ["clock", "--url", server.url]
        result = CliRunner().invoke(commands, start)
        assert result.exit_code == 1
        assert result.output == (
            "genai-ports clock: the server requires its control token: set GENAI_PORTS_CONTROL_TOKEN, or pass "
            "--control-token\n"
        )
        assert CliRunner().invoke(commands, [*start, "--control-token", TOKEN]).exit_code == 0
        monkeypatch.setenv(TOKEN_VARIABLE, TOKEN)
        assert CliRunner().invoke(commands, start).exit_code == 0


def test_a_server_with_tls_is_reached_with_the_authority_of_the_user(tmp_path, monkeypatch):
    monkeypatch.setattr("genai_ports.cli.control_client.TLS_DIRECTORY", tmp_path)
    with FakeServer(tls=tmp_path, settings=Settings(clock="virtual")) as server:
        result = CliRunner().invoke(commands, ["clock", "--url", server.url])
    assert (result.exit_code, result.output) == (0, "2026-07-15T00:00:00.000Z\n")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("ls --url memory://", "genai-ports ls: the URL of a server must be one such as http://127.0.0.1:8080"),
        ("clock --url http://127.0.0.1:1", "genai-ports clock: no server responds at http://127.0.0.1:1 ("),
    ],
)
def test_a_server_that_is_none_is_an_error_of_one_line(run, line, says):
    output = run(line, ends=1)
    assert output.startswith(says)
    assert output.count("\n") == 1


def test_another_server_is_named_as_none_of_ours(run, monkeypatch):
    def respond(environ, start_response):
        start_response("200 OK", [("Content-Length", "5")])
        return [b"hello"]

    with FakeServer() as server:
        monkeypatch.setattr(server._loop._server, "application", respond)
        assert "is not a fake server" in run(f"clock --url {server.url}", ends=1)


@pytest.mark.parametrize("name", SUMMARIES)
def test_the_help_has_examples_that_are_right(name):
    command = load_command(name)
    found = [command, *getattr(command, "commands", {}).values()]
    examples = [line for each in found for line in getattr(each, "examples", ())]
    assert examples
    for example in examples:
        words = shlex.split(re.sub(r'eval "\$\((.*)\)"', r"\1", example))
        assert words[0] == "genai-ports"
        commands.make_context("genai-ports", words[1:])
        chosen, arguments = load_command(words[1]), words[2:]
        if hasattr(chosen, "commands"):
            chosen, arguments = chosen.commands[arguments[0]], arguments[1:]
        chosen.make_context(words[1], arguments)


def test_the_examples_are_in_the_help(run):
    assert run("clock --help").endswith(
        "Examples:\n  genai-ports clock\n  genai-ports clock +1h\n  genai-ports clock +2d --tenancy team-a\n"
    )


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("ls im", "importedModels"),
        ("reset --pace 1", "10m 1h"),
        ("serve --pace man", "manual"),
        ("serve --region us-c", "us-chicago-1"),
        ("reset --mode st", "stale-lists"),
        ("work fail x out-of", "out-of-capacity"),
        ("fault add create_m", "create_model"),
        ("jou", "journal"),
    ],
)
def test_a_shell_completes(line, offered):
    words = ["genai-ports", *line.split()]
    variables = {
        **os.environ,
        "COMP_WORDS": " ".join(words),
        "COMP_CWORD": str(len(words) - 1),
        "_GENAI_PORTS_COMPLETE": "bash_complete",
    }
    done = subprocess.run(
        [sys.executable, "-m", "genai_ports"], env=variables, capture_output=True, text=True, check=True
    )
    assert [each.partition(",")[2] for each in done.stdout.split()] == offered.split()


def test_output_into_a_closed_pipe_is_no_error(server, cluster):
    listing = f"{shlex.quote(sys.executable)} -m genai_ports journal --follow --url {server.url}"
    done = subprocess.run(["bash", "-c", f"{listing} | true"], capture_output=True, text=True, check=False, timeout=60)
    assert done.stderr == ""


def test_rounds_wait_between_each_other(monkeypatch):
    waits = []
    monkeypatch.setattr(poll, "wait", lambda: waits.append("waited"))
    assert len(list(islice(poll.rounds(), 3))) == 3
    assert waits == ["waited"] * 2


@pytest.mark.parametrize("line", ["", "fault"])
def test_a_group_without_a_subcommand_shows_its_help(line):
    shown = CliRunner().invoke(commands, line.split(), prog_name="genai-ports").output  # the status depends on click
    assert shown.startswith(f"Usage: {' '.join(['genai-ports', *line.split()])} [OPTIONS] COMMAND")


def test_a_command_that_is_typed_wrong_is_suggested(run):
    assert run("sevre", ends=2).startswith("genai-ports: No such command 'sevre'; did you mean serve?\n")
    assert run("fault ad", ends=2).startswith("genai-ports fault: No such command 'ad'; did you mean add?\n")


def test_an_error_of_a_certification_begins_with_the_command(run):
    assert run("certify foo", ends=2).startswith("genai-ports certify: the URL has the unknown scheme")


def test_all_commands_of_a_server_are_listed():
    assert set(OF_SERVER) <= set(SUMMARIES)
