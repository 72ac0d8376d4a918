"""`oci_hygiene`: a test starts without the configuration of its machine, and leaves nothing to the next one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from threading import Thread
from unittest.mock import patch

import circuitbreaker
import oci
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oci.exceptions import ConfigFileNotFound

from genai_ports.testing import Sandbox, oci_hygiene
from genai_ports.testing.isolation.environment import is_relevant

NAMES = """
OCI_CLI_PROFILE OCI_CONFIG_FILE oci_region OCI_ OPC_INCOMING_REQUEST_ID PROPAGATION_ENABLED HTTP_PROXY https_proxy
ALL_PROXY NO_PROXY no_proxy socks_proxy GENAI_PORTS_URL HOME USERPROFILE
""".split()
OTHER_NAMES = "PATH MY_OCI_SETTING OCIX PROXY HTTP_PROXY_PORT GENAI_PORTS_URLS MY_HOME".split()

environments = st.dictionaries(st.sampled_from([*NAMES, *OTHER_NAMES]), st.text("ab/:", max_size=3))


@pytest.mark.parametrize(("names", "expected"), [(NAMES, True), (OTHER_NAMES, False)])
def test_which_variables_are_isolated(names, expected):
    assert [name for name in names if is_relevant(name) != expected] == []


@given(before=environments, changes=environments, removed=st.sets(st.sampled_from([*NAMES, *OTHER_NAMES])))
def test_after_any_changes_the_isolated_variables_are_as_before_and_all_others_as_changed(before, changes, removed):
    with patch.dict(os.environ, before, clear=True):
        with oci_hygiene("a test") as hygiene:
            home = str(hygiene.home)
            inside = dict(os.environ)
            os.environ.update(changes)
            for name in removed:
                os.environ.pop(name, None)
        after = dict(os.environ)
    unrelated = {name: given for name, given in before.items() if name in OTHER_NAMES}
    assert inside == {**unrelated, "HOME": home, "USERPROFILE": home}
    changed = {name: given for name, given in {**before, **changes}.items() if name not in removed}
    assert {name: given for name, given in after.items() if name in NAMES} == {
        name: given for name, given in before.items() if name in NAMES
    }
    assert {name: given for name, given in after.items() if name in OTHER_NAMES} == {
        name: given for name, given in changed.items() if name in OTHER_NAMES
    }


def test_everything_is_put_back_if_the_test_raises(monkeypatch):
    monkeypatch.setenv("OCI_CLI_PROFILE", "MINE")
    home = os.environ["HOME"]
    with pytest.raises(ZeroDivisionError), oci_hygiene("a test") as hygiene:
        1 / ("OCI_CLI_PROFILE" in os.environ)
    assert (os.environ["OCI_CLI_PROFILE"], os.environ["HOME"]) == ("MINE", home)
    assert hygiene.home != Path(home)


def test_a_nested_block_has_a_home_of_its_own():
    with oci_hygiene("outer") as outer:
        Path("~/mine").expanduser().write_text("outer")
        with oci_hygiene("inner") as inner:
            assert list(Path.home().iterdir()) == []
        assert Path.home() == outer.home != inner.home
        assert Path("~/mine").expanduser().read_text() == "outer"
    assert not outer.home.exists()


@pytest.mark.parametrize("leaves", ["nothing", "a file", "a directory", "no home"])
def test_the_next_home_is_empty_whatever_a_test_leaves(leaves):
    with oci_hygiene("first") as first:
        if leaves == "a file":
            (first.home / "left").touch()
        elif leaves == "a directory":
            (first.home / ".oci" / "sessions").mkdir(parents=True)
        elif leaves == "no home":
            first.home.rmdir()
    with oci_hygiene("second") as second:
        assert list(second.home.iterdir()) == []


def test_the_next_home_is_empty_whatever_is_written_after_the_end():
    with oci_hygiene("first") as first:
        pass
    (first.home / "late").write_text("by a thread that was left behind")
    with oci_hygiene("second") as second:
        assert list(second.home.iterdir()) == []
        second.home.rmdir()
    with oci_hygiene("third") as third:
        home = third.home
    home.rmdir()
    with oci_hygiene("fourth") as fourth:
        assert list(fourth.home.iterdir()) == []


def test_no_home_outlives_the_process():
    code = """
import os, sys
from genai_ports.testing import oci_hygiene
with oci_hygiene("outer") as one, oci_hygiene("inner") as other:
    (one.home / "file").touch()
    print(one.home, other.home)
    if os.fork() == 0:  # a child that ends as a program does
        sys.exit()
    os.wait()
assert other.home.exists()
open_block = oci_hygiene("a test that never ends")
print(open_block.__enter__().home)
"""
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    homes = done.stdout.split()
    assert len(homes) == 3
    assert [home for home in homes if Path(home).exists()] == []


def test_without_a_fixture_of_the_sdk_there_is_no_profile():
    with Sandbox() as sandbox:
        assert sandbox.genai.list_models("ocid1.compartment.oc1..example").first()
        with pytest.raises(ConfigFileNotFound):
            oci.config.from_file()


@pytest.mark.parametrize("fixture", ["oci_redirected", "oci_cli_env"])
def test_a_client_that_the_test_cannot_configure_finds_a_profile_that_only_its_owner_can_read(fixture):
    with Sandbox(region="fra") as sandbox:
        getattr(sandbox, fixture)
        config = oci.config.from_file()
        oci.config.validate_config(config)
        assert config["region"] == "eu-frankfurt-1"
        files = list((Path.home() / ".oci").iterdir())
        assert {file.name: file.stat().st_mode & 0o777 for file in files} == {
            "config": 0o600,
            "oci_api_key.pem": 0o600,
        }


def test_a_profile_that_the_test_wrote_is_kept():
    with Sandbox() as sandbox:
        file = sandbox.oci_hygiene.write_profile("uk-london-1")
        sandbox.oci_redirected  # noqa: B018  # used
        sandbox.oci_cli_env  # noqa: B018  # used
        assert oci.config.from_file(str(file))["region"] == "uk-london-1"


def test_a_config_and_a_signer_that_a_test_changes_are_new_for_the_next_one():
    with Sandbox() as sandbox:
        config, signer = sandbox.oci_config, sandbox.oci_signer
        before, key_id = dict(config), signer.api_key
        template = signer._basic_signer.signature_template
        config.clear()
        signer.api_key = signer._basic_signer.signature_template = signer._body_signer = None
    with Sandbox() as sandbox:
        assert sandbox.oci_config == before
        assert sandbox.oci_signer.api_key == key_id
        assert sandbox.oci_signer._basic_signer.signature_template == template
        assert sandbox.oci_generative_ai_client.list_models("ocid1.compartment.oc1..example").status == 200


def trip(name):
    breaker = circuitbreaker.CircuitBreaker(failure_threshold=1, name=name)

    @breaker
    def fail():
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011
        fail()
    return breaker


def test_all_circuit_breakers_are_closed_at_the_start_and_at_the_end():
    before = trip("before")
    with oci_hygiene("a test"):
        assert before.closed
        assert before.failure_count == 0
        inside = trip("inside")
        assert inside.opened
    assert inside.closed


def test_a_circuit_breaker_of_an_sdk_that_the_test_loads_is_closed_too():
    code = """
import sys
from genai_ports.testing import oci_hygiene
with oci_hygiene("a test"):
    assert "circuitbreaker" not in sys.modules
    import oci
    strategy = oci.circuit_breaker.DEFAULT_CIRCUIT_BREAKER_STRATEGY
    breaker = strategy.get_circuit_breaker()
    breaker(lambda: None)
    breaker._state = "open"
assert breaker.closed
with oci_hygiene("another test"):
    pass
"""
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


def test_what_the_sdk_keeps_for_the_process_is_put_back():
    regions, strategy = list(oci.regions.REGIONS), oci.retry.GLOBAL_RETRY_STRATEGY
    with oci_hygiene("a test"):
        os.environ["OCI_REGION_METADATA"] = (
            '{"realmKey": "oc77", "realmDomainComponent": "example.com", "regionKey": "xyz", '
            '"regionIdentifier": "xx-elsewhere-1"}'
        )
        for source in oci.regions._has_been_read_external_sources:
            oci.regions._has_been_read_external_sources[source] = False
        assert oci.regions.get_realm_from_region("xx-elsewhere-1") == "oc77"
        oci.retry.GLOBAL_RETRY_STRATEGY = None
    assert regions == oci.regions.REGIONS
    assert "oc77" not in oci.regions.REALMS
    assert oci.retry.GLOBAL_RETRY_STRATEGY is strategy


def test_blocks_of_threads_that_end_in_any_order_put_everything_back(monkeypatch):
    monkeypatch.setenv("OCI_CLI_PROFILE", "MINE")

    def run():
        for _ in range(20):
            with oci_hygiene("a thread"):
                pass

    with oci_hygiene("a test"):
        threads = [Thread(target=run) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert os.environ["OCI_CLI_PROFILE"] == "MINE"


def test_a_plain_sandbox_loads_neither_the_sdk_nor_a_server():
    code = """
import sys
from genai_ports.testing import Sandbox, oci_hygiene
with oci_hygiene("a test"), Sandbox() as sandbox:
    sandbox.genai.list_models("ocid1.compartment.oc1..example").first()
loaded = {name.partition(".")[0] for name in sys.modules}
assert not loaded & {"oci", "cryptography", "werkzeug", "waitress", "hypothesis", "pytest"}, loaded
"""
    subprocess.run([sys.executable, "-c", code], check=True)


@given(st.permutations(range(3)))
def test_blocks_that_end_in_any_order_put_the_environment_back(order):
    before = dict(os.environ)
    blocks = [oci_hygiene(f"test_{number}") for number in range(3)]
    for block in blocks:
        block.__enter__()
    for number in order:
        assert os.environ["HOME"] != before.get("HOME")
        blocks[number].__exit__(None, None, None)
    assert dict(os.environ) == before
