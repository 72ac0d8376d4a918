"""Connecting: which URL selects which backend, and what is refused."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
from urllib.parse import SplitResult

import pytest

from fake_server import FakeServer, Settings
from genai_ports import (
    ConfigurationError,
    InMemoryModelRepository,
    InvalidInput,
    SdkModelRepository,
    UnknownRegion,
    connect,
)
from genai_ports.backends.connect import ENTRY_POINTS, VARIABLE
from genai_ports.throwaway import new_credentials

COMPARTMENT = "ocid1.compartment.oc1..example"


@pytest.fixture
def profile(tmp_path):
    """A config file with a profile called DEV, in Frankfurt."""
    mine = new_credentials()
    key = tmp_path / "key.pem"
    key.write_text(mine.private_key)
    config = tmp_path / "config"
    config.write_text(
        f"[DEV]\nuser={mine.user}\ntenancy={mine.tenancy}\nfingerprint={mine.fingerprint}\n"
        f"key_file={key}\nregion=eu-frankfurt-1\n"
    )
    return config


def refusal(url):
    with pytest.raises(ConfigurationError) as refused:
        connect(url)
    return str(refused.value)


def test_memory_gives_a_world_in_this_process_in_the_region_that_the_url_names():
    with connect("memory://eu-frankfurt-1") as genai:
        assert isinstance(genai, InMemoryModelRepository)
        assert genai.default_region == "eu-frankfurt-1"


@pytest.mark.parametrize("region", ["fra", "FRA", "Eu-Frankfurt-1"])
def test_a_region_may_be_a_code_and_in_any_case(region):
    assert connect(f"memory://{region}").default_region == "eu-frankfurt-1"


def test_memory_is_in_chicago_where_the_url_names_no_region():
    assert connect("memory://").default_region == "us-chicago-1"


def test_every_memory_connection_is_a_fresh_world():
    assert connect("memory://").simulator is not connect("memory://").simulator


def test_memory_takes_limits_as_a_new_tenancy_has_them():
    assert connect("memory://?limits=strict").simulator.limits.default == "strict"


def test_memory_takes_a_seed_and_a_pace():
    simulator = connect("memory://?seed=7&pace=manual").simulator
    assert (simulator.settings.seed, simulator.scheduler.pace.name) == ("7", "manual")


def test_http_gives_the_sdk_adapter_at_that_server_with_throw_away_credentials():
    with FakeServer(settings=Settings(clock="virtual")) as server, connect(server.url) as genai:
        assert isinstance(genai, SdkModelRepository)
        assert genai.default_region == "us-chicago-1"
        assert genai.list_models(COMPARTMENT).first()


def test_a_slash_at_the_end_of_the_url_of_a_server_does_no_harm():
    with FakeServer() as server, connect(f"{server.url}/") as genai:
        assert genai.list_models(COMPARTMENT).first()


def test_http_takes_a_region():
    assert connect("http://127.0.0.1:1?region=lhr").default_region == "uk-london-1"


@pytest.mark.parametrize(("option", "region"), [("", "eu-frankfurt-1"), ("?region_paths=no", "us-chicago-1")])
def test_by_default_another_region_has_its_own_path_at_a_server(option, region):
    with FakeServer() as server, connect(server.url + option) as genai:
        genai.list_models(COMPARTMENT, region="fra").first()
        assert [entry.region for entry in server.simulator.journal] == [region]


def test_https_is_a_server_too():
    with connect("https://example.com:8443/base") as genai:
        assert genai._backend.client().base_client.endpoint == "https://example.com:8443/base/20231130"


def test_oci_reads_a_profile_of_a_config_file(profile):
    with connect(f"oci://?profile=DEV&config_file={profile}") as genai:
        assert isinstance(genai, SdkModelRepository)
        assert genai.default_region == "eu-frankfurt-1"


def test_the_region_of_an_oci_url_goes_before_that_of_the_profile(profile):
    with connect(f"oci://lhr?profile=DEV&config_file={profile}") as genai:
        assert genai.default_region == "uk-london-1"


def test_an_oci_profile_that_is_not_there_is_refused(profile):
    assert "it has no profile PROD" in refusal(f"oci://?profile=PROD&config_file={profile}")


def test_without_a_url_the_environment_says_where_to_connect(monkeypatch):
    monkeypatch.setenv(VARIABLE, "memory://lhr")
    assert connect().default_region == "uk-london-1"


def test_a_url_goes_before_the_environment(monkeypatch):
    monkeypatch.setenv(VARIABLE, "memory://lhr")
    assert connect("memory://fra").default_region == "eu-frankfurt-1"


@pytest.mark.parametrize("environment", [None, ""])
def test_without_a_url_and_an_environment_the_error_says_what_to_pass(monkeypatch, environment):
    monkeypatch.delenv(VARIABLE, raising=False)
    if environment is not None:
        monkeypatch.setenv(VARIABLE, environment)
    assert refusal(None) == "no URL: pass one, such as memory://us-chicago-1, or set GENAI_PORTS_URL"


def test_an_empty_url_is_no_url(monkeypatch):
    monkeypatch.setenv(VARIABLE, "memory://")
    assert refusal("").startswith("no URL")


@pytest.mark.parametrize("url", ["ftp://host", "us-chicago-1", "memory", "://"])
def test_an_unknown_scheme_is_refused_and_the_known_ones_are_named(url):
    assert refusal(url).startswith("the URL has the unknown scheme '")
    assert refusal(url).endswith("': use memory://, oci://, http://, https://, cassette:, world:")


@pytest.mark.parametrize(
    ("url", "message"),
    [
        (
            "memory://?sed=7",
            (
                "unknown option 'sed' for memory://: it takes seed, pace, limits, modes, world, details; "
                "did you mean seed?"
            ),
        ),
        (
            "memory://?profile=DEV",
            "unknown option 'profile' for memory://: it takes seed, pace, limits, modes, world, details",
        ),
        ("oci://?seed=7", "unknown option 'seed' for oci://: it takes profile, config_file, auth, ca_bundle"),
        (
            "http://host?regoin=fra",
            (
                "unknown option 'regoin' for http://: it takes region, region_paths, tenancy, ca_bundle; did you mean "
                "region?"
            ),
        ),
        ("memory://?pace=1s&seed=1&seed=2&pace=2s", "the option 'seed' is repeated in the URL"),
        ("cassette:", "cassette: takes a path and no options: use cassette:cassettes/fine-tune.yaml"),
        ("cassette:my.yaml?seed=7", "cassette: takes a path and no options: use cassette:my.yaml"),
        ("cassette:my.yaml#part", "cassette: takes a path and no options: use cassette:my.yaml"),
        ("memory://?seed=", "option 'seed' for memory:// has no value"),
        ("http://host?region=", "option 'region' for http:// has no value"),
        ("http://host?region_paths=maybe", "region_paths must be yes or no, not 'maybe'"),
    ],
)
def test_an_option_that_is_not_taken_is_refused_and_never_dropped(url, message):
    assert refusal(url) == message


@pytest.mark.parametrize("url", ["memory://?seed", "memory://?;", "memory://[fra"])
def test_what_is_no_url_is_refused(url):
    assert refusal(url).startswith("not a URL, such as memory://us-chicago-1?seed=7: ")


@pytest.mark.parametrize("url", ["memory://fra/models", "memory:///fra", "oci://fra#x", "memory:fra"])
def test_memory_and_oci_take_nothing_but_a_region_before_the_options(url):
    assert "has a path or a fragment: use only a region" in refusal(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://",
        "http:///path",
        "http://host:port",
        "http://host:99999",
        "http://host:0",
        "http://host#part",
        "http://bad host",
        "https://host..example",
    ],
)
def test_what_is_no_url_of_a_server_is_refused(url):
    assert refusal(url).startswith("the URL of a server must be one such as http://127.0.0.1:8080, ")


@pytest.mark.parametrize(
    "url", ["http://me:secret@host", "ftp://me:secret@host", "http://me:secret@[host", "http://me:secret@h?a=1&a=2"]
)
def test_a_password_in_a_url_is_refused_and_never_shown(url):
    assert "secret" not in refusal(url)


@pytest.mark.parametrize("url", ["memory://nowhere-1", "http://host?region=nowhere-1", "memory://a:b@fra"])
def test_an_unknown_region_is_refused(url):
    with pytest.raises(UnknownRegion):
        connect(url)


def test_an_unknown_pace_is_refused():
    with pytest.raises(InvalidInput, match="unknown pace 'slow'"):
        connect("memory://?pace=slow")


@pytest.mark.parametrize("url", ["oci://", "http://host"])
def test_a_missing_sdk_is_reported_with_what_to_install(monkeypatch, url):
    monkeypatch.delitem(sys.modules, "genai_ports.backends.sdk")
    monkeypatch.setitem(sys.modules, "oci", None)
    assert refusal(url) == ("oci is not installed; the backend of a server needs it: pip install 'genai-ports[oci]'")


def test_what_a_cassette_needs_is_reported_with_what_to_install(monkeypatch):
    monkeypatch.delitem(sys.modules, "genai_ports.backends.recorded", raising=False)
    monkeypatch.setitem(sys.modules, "genai_ports.recording.player", None)
    assert "pip install 'genai-ports[recording]'" in refusal("cassette:any.yaml")


def test_a_missing_part_of_the_extra_is_reported_by_its_package():
    script = "import sys; sys.modules['cryptography'] = None\nfrom genai_ports import connect; connect('http://host')"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1] == (
        "genai_ports.errors.MissingExtra: cryptography is not installed; the backend of a server needs it: "
        "pip install 'genai-ports[oci]'"
    )


def test_memory_needs_none_of_the_extras():
    blocked = "oci cryptography werkzeug waitress click rich pytest hypothesis vcr".split()
    script = f"import sys; sys.modules.update(dict.fromkeys({blocked}))\n" + MEMORY_ALONE
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("BASE\n", "")


MEMORY_ALONE = f"""
from genai_ports import connect
print(connect("memory://").list_models({COMPARTMENT!r}).first().type)
"""


def test_another_package_can_offer_a_scheme_through_an_entry_point(monkeypatch):
    world = InMemoryModelRepository()
    entry = Entry(lambda parts, options: (world, parts, options))
    monkeypatch.setattr(
        importlib.metadata, "entry_points", lambda *, group, name: {(ENTRY_POINTS, "mine"): [entry]}[group, name]
    )
    repository, parts, options = connect("mine://place?colour=red")
    assert repository is world
    assert parts == SplitResult("mine", "place", "", "colour=red", "")
    assert options == {"colour": "red"}


def test_an_entry_point_cannot_take_a_scheme_that_is_built_in(monkeypatch):
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda **_: [Entry(lambda *_: None)])
    assert isinstance(connect("memory://"), InMemoryModelRepository)


class Entry:
    """The metadata of an installed package."""

    def __init__(self, opener):
        self._opener = opener

    def load(self):
        return self._opener


def test_a_connection_in_memory_can_start_with_modes():
    genai = connect("memory://?modes=short-pages,stale-lists:30")
    assert genai.simulator.modes == {"short-pages": None, "stale-lists": 30}
    with pytest.raises(InvalidInput, match="mode 'short-page' does not exist; did you mean short-pages"):
        connect("memory://?modes=short-page")
