"""Endpoints: what is sent to a server that is not ours is what the plain SDK sends, and only ours has region paths."""

from __future__ import annotations

import socket

import oci
import pytest
from oci._vendor.requests.adapters import BaseAdapter

from fake_server import FakeServer, Settings, create_app
from genai_ports import ConfigurationError, SdkModelRepository, connect
from genai_ports.backends.urls import server_url, without_user
from genai_ports.errors import ConnectionLost
from genai_ports.testing import Sandbox
from genai_ports.testing.wsgi_transport import WsgiTransport
from genai_ports.throwaway import credentials, new_credentials

COMPARTMENT = "ocid1.compartment.oc1..mine"
REAL = "https://generativeai.us-chicago-1.oci.oraclecloud.com"
ENDPOINTS = [REAL, "https://gateway.example", "https://gateway.example/genai", "http://127.0.0.1:9/mock"]


class Watching(BaseAdapter):
    """A transport to a world, or to what is not ours, that keeps the URLs."""

    def __init__(self, *, ours=False):
        super().__init__()
        self._inner = WsgiTransport(create_app(Settings(clock="virtual")))
        self._ours = ours
        self.urls = []
        self.verify = []
        self.timeouts = []
        self.proxies = []
        self.closed = 0

    def send(self, request, **options):
        self.urls.append(request.url)
        self.verify.append(options.get("verify"))
        self.timeouts.append(options.get("timeout"))
        self.proxies.append({**options.get("proxies", {})})
        if "/_sim/" in request.url and not self._ours:
            request.url = request.url.replace("/_sim/", "/elsewhere/")
        return self._inner.send(request, **options)

    def close(self):
        self.closed += 1

    @property
    def calls(self):
        return [url for url in self.urls if "/_sim/" not in url]


def plain(endpoint, region, watching):
    """List models with the plain client; return the URL that it sends."""
    client = oci.generative_ai.GenerativeAiClient(credentials().config(region), service_endpoint=endpoint)
    for scheme in ("http://", "https://"):
        client.base_client.session.mount(scheme, watching)
    client.list_models(COMPARTMENT)
    return watching.calls[-1]


@pytest.mark.parametrize("region", ["us-chicago-1", "eu-frankfurt-1"])
@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_an_endpoint_that_is_not_ours_gets_what_the_sdk_sends(endpoint, region):
    expected = plain(endpoint, region, Watching()).partition("?")[0]
    for shown in (endpoint, f"{endpoint}/", f"{endpoint}/20231130", f"{endpoint}/20231130/"):
        watching = Watching()
        with SdkModelRepository(endpoint=shown, region=region, transport=watching) as genai:
            genai.list_models(COMPARTMENT).first()
            genai.list_models(COMPARTMENT, region="phx").first()
        assert {url.partition("?")[0] for url in watching.calls} == {expected}


def test_our_server_gets_region_paths_and_is_asked_once():
    watching = Watching(ours=True)
    with SdkModelRepository(endpoint="https://fake.example", transport=watching) as genai:
        genai.list_models(COMPARTMENT).first()
        assert len(watching.urls) == 1
        for region in ("fra", "phx", "fra"):
            genai.list_models(COMPARTMENT, region=region).first()
    assert [url.partition("?")[0].removeprefix("https://fake.example") for url in watching.urls] == [
        "/20231130/models",
        "/_sim/health",
        "/eu-frankfurt-1/20231130/models",
        "/us-phoenix-1/20231130/models",
        "/eu-frankfurt-1/20231130/models",
    ]


class Page(WsgiTransport):
    """A server that is not ours and has a page at every path that it does not know."""

    def __init__(self, page):
        super().__init__(create_app(Settings(clock="virtual")))
        self.page = page
        self.asked = 0

    def send(self, request, **options):
        response = super().send(request, **options)
        if "/_sim/" in request.url:
            self.asked += 1
            response._content = self.page
        return response


@pytest.mark.parametrize(
    "page",
    [
        *(b"<html>not found</html>", b"", b"\xff", b"[]", b'"UP"', b'{"status": "UP"}'),
        *(b'{"region": "us-chicago-1"}', b'{"status": "DOWN", "region": "us-chicago-1"}'),
        pytest.param(b"[" * 100_000, id="deep"),
    ],
)
def test_a_server_that_responds_with_anything_else_is_asked_once_and_has_no_region_paths(page):
    transport = Page(page)
    with SdkModelRepository(endpoint="https://gateway.example", region="fra", transport=transport) as genai:
        for _ in range(3):
            genai.list_models(COMPARTMENT).first()
        assert genai.backend.client().base_client.endpoint == "https://gateway.example/20231130"
    assert transport.asked == 1


def test_the_real_service_is_not_asked():
    watching = Watching(ours=True)
    with SdkModelRepository(endpoint=REAL, region="fra", transport=watching) as genai:
        genai.list_models(COMPARTMENT).first()
    assert watching.urls == watching.calls


def test_a_server_that_is_not_up_yet_is_asked_again():
    with FakeServer() as server:
        url, port = server.url, server.port
    genai = SdkModelRepository(endpoint=url, region="fra", retry=None, clock=Sandbox().genai_clock)
    with pytest.raises(ConnectionLost):
        genai.list_models(COMPARTMENT).first()
    with FakeServer(port=port) as server, genai:
        genai.list_models(COMPARTMENT).first()
        assert server.simulator.journal.one(operation="list_models").region == "eu-frankfurt-1"


def test_a_server_on_ipv6_is_reached_by_its_address():
    with FakeServer(host="::1") as server, connect(f"http://[::1]:{server.port}?region=fra") as genai:
        genai.list_models(COMPARTMENT).first()
        assert server.simulator.journal.one(operation="list_models").region == "eu-frankfurt-1"


@pytest.mark.parametrize("name_leads_there", [True, False])
def test_the_url_of_a_server_on_ipv6_is_one_that_the_sdk_takes_where_there_is_one(monkeypatch, name_leads_there):
    found = [(10, 1, 6, "", ("::1" if name_leads_there else "127.0.0.1", 0))]
    with FakeServer(host="::1") as server:
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_: found)
        assert server.url == f"http://{'localhost' if name_leads_there else '[::1]'}:{server.port}"


@pytest.mark.parametrize("own", [None, (3, 4)])
def test_the_timeout_is_that_of_calls_and_of_the_question_whether_the_server_is_ours(own):
    watching = Watching(ours=True)
    with SdkModelRepository(endpoint="https://fake.example", region="fra", transport=watching, timeout=own) as genai:
        genai.list_models(COMPARTMENT).first()
    assert watching.timeouts == ([own, own] if own else [(5, 5), (10, 60)])  # those of the SDK


def test_the_connection_of_that_question_is_closed():
    watching = Watching(ours=True)
    genai = SdkModelRepository(endpoint="https://fake.example", region="fra", transport=watching)
    genai.list_models(COMPARTMENT).first()
    assert watching.closed == 2  # mounted for http and for https


@pytest.mark.parametrize("end", ["", "/", "/20231130", "/20231130/"])
def test_a_url_may_end_with_the_version(end):
    assert server_url(f"http://host:1/x{end}") == "http://host:1/x"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://me:secret@example.com/", "http://...@example.com/"),
        ("https://me@host", "https://...@host"),
        ("http://host/path", "http://host/path"),
    ],
)
def test_the_user_in_a_url_is_not_shown(url, shown):
    assert without_user(url) == shown


@pytest.mark.parametrize("url", ["http://host:0", "http://host\x01", "http://host?x=1", "ftp://host", "http://a..b"])
def test_what_is_no_root_of_a_server_is_refused(url):
    with pytest.raises(ConfigurationError, match=r"^the URL of a server must be one such as "):
        server_url(url)


# Authorities.


@pytest.fixture
def bundle(tmp_path):
    (tmp_path / "ca.pem").write_text("authorities")
    return str(tmp_path / "ca.pem")


@pytest.mark.parametrize("endpoint", ["https://127.0.0.1:1", "https://gateway.example"])
@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_the_authorities_of_the_environment_count(monkeypatch, bundle, endpoint, variable):
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, bundle)
    watching = Watching()
    SdkModelRepository(endpoint=endpoint, transport=watching).list_models(COMPARTMENT).first()
    assert watching.verify == [bundle]


@pytest.mark.parametrize("endpoint", ["https://127.0.0.1:1", "https://gateway.example"])
def test_an_option_goes_before_the_environment(monkeypatch, tmp_path, bundle, endpoint):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path))
    watching = Watching()
    SdkModelRepository(endpoint=endpoint, transport=watching, ca_bundle=bundle).list_models(COMPARTMENT).first()
    assert watching.verify == [bundle]


@pytest.mark.parametrize("endpoint", ["https://127.0.0.1:1", "https://gateway.example"])
def test_certificates_are_verified_by_default(monkeypatch, endpoint):
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    watching = Watching()
    SdkModelRepository(endpoint=endpoint, transport=watching).list_models(COMPARTMENT).first()
    assert watching.verify == [True]


@pytest.mark.parametrize(("endpoint", "used"), [("https://127.0.0.1:1", False), ("https://gateway.example", True)])
def test_a_proxy_of_the_environment_is_used_for_other_machines(monkeypatch, endpoint, used):
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    watching = Watching()
    SdkModelRepository(endpoint=endpoint, transport=watching).list_models(COMPARTMENT).first()
    assert [each.get("https") for each in watching.proxies] == ["http://proxy.example:3128" if used else None]


def test_only_proxies_are_left_out_on_loopback(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with FakeServer() as server, connect(server.url) as genai:
        assert genai.list_models(COMPARTMENT).first()


@pytest.mark.parametrize("url", ["http://127.0.0.1:1?ca_bundle=/nowhere", "oci://?ca_bundle=/nowhere"])
def test_authorities_that_are_not_there_are_refused(url, tmp_path):
    with Sandbox() as sandbox:
        assert sandbox.oci_redirected
        with pytest.raises(
            ConfigurationError, match="ca_bundle must be the path of a file with certificates, and there is no"
        ):
            connect(url)


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_authorities_of_the_environment_that_are_not_there_are_refused_at_once(monkeypatch, variable):
    """As in https://github.com/oracle/oci-cli/issues/925, where certifi had moved; it is not worth a retry."""
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, "/nowhere/cacert.pem")
    config = new_credentials().config("us-chicago-1")
    with pytest.raises(
        ConfigurationError, match=f"{variable} must name a file with certificates; there is none at its path"
    ):
        SdkModelRepository(config=config)
    with FakeServer() as server, connect(server.url) as genai:
        assert genai.list_models(COMPARTMENT).first()
    monkeypatch.setenv(variable, "")
    SdkModelRepository(config=config).close()
