"""`genai-ports profile`: a key, a config file, and settings that OCI's own tools accept."""

from __future__ import annotations

import os
import shlex
import stat
import subprocess

import oci
import pytest
from click.testing import CliRunner
from oci.generative_ai import GenerativeAiClient

from fake_server import FakeServer
from genai_ports import ConfigurationError, SdkModelRepository, UnknownRegion, connect
from genai_ports.cli.commands import commands
from genai_ports.cli.profile import write_profile
from genai_ports.tenancy import TENANCY, USER

COMPARTMENT = "ocid1.compartment.oc1..example"
ENDPOINT = "http://127.0.0.1:8080"


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def profile(*arguments):
    return CliRunner().invoke(commands, ["profile", *map(str, arguments)])


def settings(script):
    """Evaluate what was printed in a shell, and return the variables that it sets."""
    command = f'{script}\nenv -0 | grep -z "^OCI_"'
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True, env={"PATH": os.defpath})
    assert done.stderr == ""
    return dict(line.split("=", 1) for line in done.stdout.rstrip("\0").split("\0"))


def test_it_writes_a_key_and_a_config_that_only_their_owner_can_read(tmp_path):
    home = tmp_path / "new"
    result = profile("--dir", home, "--endpoint", ENDPOINT)
    assert result.exit_code == 0
    assert mode(home) == 0o700
    assert {file.name: mode(file) for file in home.iterdir()} == {"config": 0o600, "oci_api_key.pem": 0o600}


def test_an_existing_directory_keeps_its_mode(tmp_path):
    tmp_path.chmod(0o755)
    profile("--dir", tmp_path, "--endpoint", ENDPOINT)
    assert mode(tmp_path) == 0o755


def test_missing_parent_directories_are_created(tmp_path):
    assert profile("--dir", tmp_path / "a" / "b", "--endpoint", ENDPOINT).exit_code == 0


def test_a_wide_umask_makes_no_file_readable_for_others(tmp_path):
    before = os.umask(0)
    try:
        profile("--dir", tmp_path / "new", "--endpoint", ENDPOINT)
    finally:
        os.umask(before)
    assert {mode(file) for file in (tmp_path / "new").iterdir()} == {0o600}
    assert mode(tmp_path / "new") == 0o700


def test_the_config_is_valid_and_names_the_well_known_tenancy(tmp_path):
    profile("--dir", tmp_path, "--endpoint", ENDPOINT, "--region", "fra")
    config = oci.config.from_file(str(tmp_path / "config"))
    oci.config.validate_config(config)
    assert (config["tenancy"], config["user"], config["region"]) == (TENANCY, USER, "eu-frankfurt-1")
    assert config["key_file"] == str(tmp_path / "oci_api_key.pem")


def test_calls_go_to_the_region_of_the_option(tmp_path):
    with FakeServer() as server:
        given = settings(profile("--dir", tmp_path, "--endpoint", server.url, "--region", "fra").stdout)
        assert given["OCI_CLI_ENDPOINT"] == f"{server.url}/eu-frankfurt-1"
        config = oci.config.from_file(given["OCI_CONFIG_FILE"])
        stock = GenerativeAiClient(config, service_endpoint=given["OCI_CLI_ENDPOINT"])
        assert stock.list_models(COMPARTMENT).data.items
        stock.base_client.session.close()
        assert [entry.region for entry in server.simulator.journal] == ["eu-frankfurt-1"]


def test_the_key_carries_the_label_without_which_the_oci_cli_warns(tmp_path):
    profile("--dir", tmp_path, "--endpoint", ENDPOINT)
    assert (tmp_path / "oci_api_key.pem").read_text().splitlines()[-1] == "OCI_API_KEY"


def test_each_profile_has_a_key_of_its_own(tmp_path):
    for name in "ab":
        profile("--dir", tmp_path / name, "--endpoint", ENDPOINT)
    keys = {(tmp_path / name / "oci_api_key.pem").read_text() for name in "ab"}
    assert len(keys) == 2


def test_a_shell_can_evaluate_the_printed_settings(tmp_path):
    result = profile("--dir", tmp_path, "--endpoint", f"{ENDPOINT}/")
    assert settings(result.stdout) == {
        "OCI_CLI_CONFIG_FILE": str(tmp_path / "config"),
        "OCI_CLI_PROFILE": "DEFAULT",
        "OCI_CLI_AUTH": "api_key",
        "OCI_CLI_ENDPOINT": ENDPOINT,
        "OCI_CONFIG_FILE": str(tmp_path / "config"),
    }


@pytest.mark.parametrize(
    "name", ["with space", "$HOME", "`id`", "it's", 'say "x"', "a;b", "a=b", "#a", "ä", "-x", "%s"]
)
def test_a_shell_and_the_sdk_read_any_directory_name_as_a_name(tmp_path, name):
    home = tmp_path / name
    result = profile("--dir", home, "--endpoint", ENDPOINT)
    config_file = settings(result.stdout)["OCI_CLI_CONFIG_FILE"]
    assert config_file == str(home / "config")
    assert oci.config.from_file(config_file)["key_file"] == str(home / "oci_api_key.pem")


def test_a_shell_reads_any_endpoint_as_one_word(tmp_path):
    endpoint = "http://127.0.0.1:8080/$(id)/;x'y"
    result = profile("--dir", tmp_path, "--endpoint", endpoint)
    assert f"export OCI_CLI_ENDPOINT={shlex.quote(endpoint)}" in result.stdout.splitlines()
    assert settings(result.stdout)["OCI_CLI_ENDPOINT"] == endpoint


def test_the_printed_paths_are_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = profile("--dir", "here", "--endpoint", ENDPOINT)
    assert settings(result.stdout)["OCI_CLI_CONFIG_FILE"] == str(tmp_path / "here" / "config")
    assert oci.config.from_file(str(tmp_path / "here" / "config"))["key_file"].startswith(str(tmp_path))


def test_the_key_is_never_printed(tmp_path):
    result = profile("--dir", tmp_path, "--endpoint", ENDPOINT)
    written = (tmp_path / "oci_api_key.pem").read_text().splitlines()
    assert not [line for line in written if line and line in result.output]


@pytest.mark.parametrize("name", ["config", "oci_api_key.pem"])
def test_an_existing_file_is_not_replaced_and_nothing_is_written(tmp_path, name):
    (tmp_path / name).write_text("mine")
    result = profile("--dir", tmp_path, "--endpoint", ENDPOINT)
    assert result.exit_code == 1
    assert (
        result.stderr
        == f"genai-ports profile: will not overwrite {tmp_path / name}: use --force, or another directory\n"
    )
    assert [file.name for file in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "mine"


def test_both_files_are_named_if_both_exist(tmp_path):
    profile("--dir", tmp_path, "--endpoint", ENDPOINT)
    result = profile("--dir", tmp_path, "--endpoint", ENDPOINT)
    key, config = tmp_path / "oci_api_key.pem", tmp_path / "config"
    assert (
        result.stderr
        == f"genai-ports profile: will not overwrite {key} and {config}: use --force, or another directory\n"
    )


def test_force_replaces_existing_files_and_makes_them_private(tmp_path):
    for name in ("config", "oci_api_key.pem"):
        (tmp_path / name).write_text("mine")
        (tmp_path / name).chmod(0o644)
    assert profile("--dir", tmp_path, "--endpoint", ENDPOINT, "--force").exit_code == 0
    assert {mode(file) for file in tmp_path.iterdir()} == {0o600}
    oci.config.validate_config(oci.config.from_file(str(tmp_path / "config")))


@pytest.mark.parametrize("force", [True, False])
def test_a_symbolic_link_is_never_followed(tmp_path, force):
    target, home = tmp_path / "target", tmp_path / "home"
    home.mkdir()
    (home / "config").symlink_to(target)
    result = profile("--dir", home, "--endpoint", ENDPOINT, *(["--force"] if force else []))
    assert result.exit_code == (0 if force else 1)
    assert not target.exists()


def test_a_directory_that_cannot_be_created_is_an_error_of_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    result = profile("--dir", tmp_path / "file", "--endpoint", ENDPOINT)
    assert result.exit_code == 1
    assert result.stderr.startswith("genai-ports profile: ")
    assert result.stderr.count("\n") == 1


def test_a_directory_whose_name_would_break_the_config_file_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="a config file cannot hold the path"):
        write_profile(tmp_path / "a\nkey_file=b", endpoint=ENDPOINT, region="us-chicago-1")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("endpoint", ["127.0.0.1:8080", "ftp://host", "http://", "http://me:secret@host", "http://h\n"])
def test_an_endpoint_that_is_not_the_url_of_a_server_is_refused_and_nothing_is_written(tmp_path, endpoint):
    with pytest.raises(ConfigurationError, match="the URL of a server must be one such as") as refused:
        write_profile(tmp_path / "new", endpoint=endpoint, region="us-chicago-1")
    assert "secret" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_region_is_refused_and_nothing_is_written(tmp_path):
    with pytest.raises(UnknownRegion):
        write_profile(tmp_path / "new", endpoint=ENDPOINT, region="nowhere-1")
    assert list(tmp_path.iterdir()) == []


def test_required_options_that_are_missing_are_named(tmp_path):
    assert "Missing option '--dir'" in profile("--endpoint", ENDPOINT).stderr
    assert "Missing option '--endpoint'" in profile("--dir", tmp_path).stderr


def test_the_plain_sdk_the_sdk_backend_and_throw_away_credentials_share_one_world(tmp_path):
    with FakeServer() as server:
        profile("--dir", tmp_path, "--endpoint", server.url)
        config = oci.config.from_file(str(tmp_path / "config"))
        stock = GenerativeAiClient(config, service_endpoint=server.url)
        details = oci.generative_ai.models.CreateDedicatedAiClusterDetails(
            compartment_id=COMPARTMENT, type="HOSTING", unit_count=1, unit_shape="LARGE_GENERIC"
        )
        made = stock.create_dedicated_ai_cluster(details).data
        stock.base_client.session.close()
        with (
            SdkModelRepository(config_file=str(tmp_path / "config"), endpoint=server.url) as signed,
            connect(server.url) as throwaway,
        ):
            for genai in (signed, throwaway):
                assert [each.id for each in genai.list_dedicated_ai_clusters(COMPARTMENT)] == [made.id]


def test_the_sdk_finds_the_config_by_the_environment_variable_if_the_home_has_none(tmp_path, monkeypatch):
    result = profile("--dir", tmp_path / "new", "--endpoint", ENDPOINT)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("OCI_CONFIG_FILE", settings(result.stdout)["OCI_CONFIG_FILE"])
    assert oci.config.from_file()["user"] == USER
