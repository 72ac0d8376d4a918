"""Replay: which recorded response a request gets, however often clients poll."""

from __future__ import annotations

import json
import re
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from deep import nested
from hypothesis import given
from hypothesis import strategies as st
from recorded_world import Recording

from genai_ports import (
    CannotParseRequest,
    CassetteModelRepository,
    ConfigurationError,
    Conflict,
    InvalidParameter,
    NotFound,
    NotRecorded,
    PreconditionFailed,
    Repository,
    UpdateImportedModelDetails,
    UpdateModelDetails,
    connect,
)
from genai_ports.backends.recorded import RecordedBackend
from genai_ports.recording.cassette import Cassette, Interaction
from genai_ports.recording.cassette_text import cassette_text
from genai_ports.recording.player import Player
from genai_ports.recording.polling import MOST_REPEATS
from genai_ports.recording.provenance import Provenance, provenance_text
from genai_ports.testing import ready
from genai_ports.wire.http import HttpRequest, HttpResponse

CHICAGO = "https://generativeai.us-chicago-1.oci.oraclecloud.com"


def replay(cassette):
    return Repository(RecordedBackend(Player(cassette)))


def got(path, document, status=200, method="GET", *, query=(), sent=None, headers=None):
    body = json.dumps(sent).encode() if sent is not None else b""
    return Interaction(
        CHICAGO,
        HttpRequest(method, f"/20231130{path}", query, headers or {}, body),
        HttpResponse(status, {}, dumped(document)),
    )


def dumped(document):
    return b"" if document is None else json.dumps(document).encode()


def asked(player, path, method="GET", *, query=(), sent=None, headers=None, region=None):
    body = json.dumps(sent).encode() if sent is not None else b""
    response = player.respond(HttpRequest(method, path, query, headers or {}, body), region)
    return json.loads(response.body) if response.body else response.status


def states(player, path, times):
    return [asked(player, path).get("lifecycleState") for _ in range(times)]


def model(state, **more):
    return {"id": "m", "lifecycleState": state, **more}


def test_what_was_recorded_is_replayed_by_the_same_client_and_nothing_is_left():
    def story(genai):
        base = genai.list_models(ready.COMPARTMENT, capability="FINE_TUNE", limit=2).first()
        created = ready.custom_model(genai)
        renamed = genai.update_model(created.id, UpdateModelDetails(display_name="renamed"))
        with pytest.raises(PreconditionFailed):
            genai.delete_model(created.id, if_match="wrong")
        genai.wait_for_work_request(genai.delete_model(created.id).work_request_id)
        with pytest.raises(NotFound):
            genai.get_model("ocid1.generativeaimodel.oc1.us-chicago-1.unknown")
        return base, created, renamed, genai.get_model(created.id), [*genai.list_models(ready.COMPARTMENT, limit=5)]

    recording = Recording(pace="reads:3")
    recorded = story(recording.genai)
    player = Player(recording.cassette)
    assert story(Repository(RecordedBackend(player))) == recorded
    assert player.unplayed() == []
    assert player.played == len(player)


@pytest.mark.parametrize("region", [None, "us-chicago-1"])
@pytest.mark.parametrize("prefix", ["", "/us-chicago-1"])
def test_the_region_comes_from_the_path_the_host_or_the_recording(region, prefix):
    player = Player(Cassette((got("/models/m", model("ACTIVE")),)))
    assert asked(player, f"{prefix}/20231130/models/m", region=region)["id"] == "m"


def test_the_query_is_matched_in_any_order_and_the_body_as_json():
    player = Player(
        Cassette(
            (
                got("/models", {"items": []}, query=(("a", "1"), ("b", "2"))),
                got("/models", model("CREATING"), 201, "POST", sent={"a": 1, "b": {"c": 2, "d": 3}}),
            )
        )
    )
    assert asked(player, "/20231130/models", query=(("b", "2"), ("a", "1"))) == {"items": []}
    assert asked(player, "/20231130/models", "POST", sent={"b": {"d": 3, "c": 2}, "a": 1})["id"] == "m"


def test_a_request_that_was_not_recorded_fails_with_the_nearest_one_and_the_difference():
    player = Player(
        Cassette((got("/models", {"items": []}, query=(("limit", "1"),)), got("/endpoints/e", {"id": "e"})))
    )
    refused = player.respond(HttpRequest("GET", "/20231130/models", (("limit", "2"), ("page", "p"))))
    assert refused.status == 501
    assert json.loads(refused.body) == {
        "code": "NotRecorded",
        "message": "GET /20231130/models?limit&page was not recorded; the nearest recorded request is interaction 1, "
        'GET /20231130/models?limit: query parameter limit: sent "2", recorded "1"; query parameter page: sent "p", '
        "not recorded",
    }
    other = asked(player, "/20231130/models", query=(("limit", "1"),), region="eu-frankfurt-1")["message"]
    assert 'region: sent "eu-frankfurt-1", recorded "us-chicago-1"' in other


def test_a_property_that_differs_is_named_and_no_secret_is_shown():
    player = Player(Cassette((got("/models", model("CREATING"), 201, "POST", sent={"a": {"b": 1}}),)))
    secret = "hf_" + "a" * 34
    message = asked(player, "/20231130/models", "POST", sent={"a": {"b": 2, "t": secret}})["message"]
    assert "property a.b: sent 2, recorded 1; property a.t: sent" in message
    assert secret not in message


def test_a_client_that_polls_more_often_sees_each_state_once_more_and_the_last_one_stays():
    player = Player(Cassette(tuple(got("/models/m", model(s)) for s in ("CREATING", "CREATING", "ACTIVE"))))
    assert states(player, "/20231130/models/m", 4) == ["CREATING", "ACTIVE", "ACTIVE", "ACTIVE"]
    assert player.unplayed() == []


def test_a_read_is_not_replayed_from_the_other_side_of_a_change():
    player = Player(
        Cassette(
            (
                got("/models/m", model("ACTIVE", displayName="a")),
                got("/models/m", model("ACTIVE", displayName="b"), method="PUT", sent={"displayName": "b"}),
                got("/models/m", model("ACTIVE", displayName="b")),
            )
        )
    )
    assert [asked(player, "/20231130/models/m")["displayName"] for _ in range(3)] == ["a", "a", "a"]
    asked(player, "/20231130/models/m", "PUT", sent={"displayName": "b"})
    assert [asked(player, "/20231130/models/m")["displayName"] for _ in range(2)] == ["b", "b"]


def test_a_read_that_was_recorded_only_before_a_change_is_refused_after_it():
    player = Player(Cassette((got("/models/m", model("ACTIVE")), got("/models/m", None, 202, "DELETE"))))
    asked(player, "/20231130/models/m", "DELETE")
    assert "recorded only before interaction 2, which was replayed" in asked(player, "/20231130/models/m")["message"]


def test_a_temporary_state_goes_on_to_the_last_one_that_was_recorded_after_a_change():
    player = Player(
        Cassette(
            (
                got("/models/m", model("CREATING")),
                got("/models/m", model("ACTIVE"), method="PUT", sent={}),
                got("/models/m", model("ACTIVE", displayName="b")),
            )
        )
    )
    assert states(player, "/20231130/models/m", 3) == ["CREATING", "ACTIVE", "ACTIVE"]


def test_a_temporary_state_that_the_recording_ends_with_is_not_repeated_for_ever():
    player = Player(Cassette((got("/models/m", model("CREATING")),)))
    assert states(player, "/20231130/models/m", MOST_REPEATS + 1) == ["CREATING"] * (MOST_REPEATS + 1)
    assert "does not show how m leaves the state CREATING" in asked(player, "/20231130/models/m")["message"]


def test_a_state_is_over_when_the_time_of_the_next_one_has_come_on_the_clock():
    at = "2026-07-15T00:0{}:00.000Z".format
    work = ("ACCEPTED", "IN_PROGRESS", "SUCCEEDED")
    player = Player(
        Cassette(
            tuple(
                got("/workRequests/w", {"id": "w", "status": s, "timeAccepted": at(0), "timeFinished": at(n)})
                for n, s in enumerate(work)
            )
        )
    )
    assert asked(player, "/20231130/workRequests/w")["status"] == "ACCEPTED"
    player.clock.sleep(120)
    assert asked(player, "/20231130/workRequests/w")["status"] == "SUCCEEDED"


def test_a_resource_and_its_work_request_move_together():
    player = Player(
        Cassette(
            (
                got("/models/m", model("CREATING")),
                got("/workRequests/w", {"id": "w", "status": "IN_PROGRESS"}),
                got("/models/m", model("ACTIVE")),
                got("/workRequests/w", {"id": "w", "status": "SUCCEEDED"}),
            )
        )
    )
    assert states(player, "/20231130/models/m", 1) == ["CREATING"]
    assert [asked(player, "/20231130/workRequests/w")["status"] for _ in range(2)] == ["IN_PROGRESS", "SUCCEEDED"]
    assert states(player, "/20231130/models/m", 1) == ["ACTIVE"]


def test_a_client_that_alternates_its_polls_as_the_recorder_did_sees_what_the_recorder_saw():
    work = [("work", {"id": "w", "status": "IN_PROGRESS", "percentComplete": n}) for n in range(3)]
    seen = [each for poll in work for each in (poll, ("model", model("CREATING")))]
    seen += [("work", {"id": "w", "status": "SUCCEEDED"}), ("model", model("ACTIVE"))]
    paths = {"work": "/workRequests/w", "model": "/models/m"}
    player = Player(Cassette(tuple(got(paths[what], document) for what, document in seen)))
    assert [(what, asked(player, f"/20231130{paths[what]}")) for what, _ in seen] == seen


def test_the_same_body_twice_is_two_resources_and_the_same_retry_token_is_the_same_one():
    def create(token):
        return asked(player, "/20231130/models", "POST", sent={}, headers={"opc-retry-token": token})

    def created(name, token):
        return got("/models", {"id": name}, 201, "POST", sent={}, headers={"opc-retry-token": token})

    player = Player(Cassette((created("a", "r"), created("a", "r"), created("b", "s"))))
    assert [create(token)["id"] for token in ("t", "t", "u", "t", "u")] == ["a", "a", "b", "a", "b"]
    assert create("v")["code"] == "NotRecorded"
    assert player.unplayed() == []
    player.reset()
    assert create("v")["id"] == "a"


def test_a_refusal_is_replayed_until_the_change_that_ended_it():
    recording = Recording()
    endpoint = ready.endpoint(recording.genai)
    with pytest.raises(Conflict):
        recording.genai.delete_dedicated_ai_cluster(endpoint.dedicated_ai_cluster_id)
    ready.finish(recording.genai, recording.genai.delete_endpoint(endpoint.id))
    recording.genai.delete_dedicated_ai_cluster(endpoint.dedicated_ai_cluster_id)
    genai = replay(recording.cassette)
    endpoint = ready.endpoint(genai)
    for _ in range(3):
        with pytest.raises(Conflict):
            genai.delete_dedicated_ai_cluster(endpoint.dedicated_ai_cluster_id)
    genai.delete_endpoint(endpoint.id)
    assert genai.delete_dedicated_ai_cluster(endpoint.dedicated_ai_cluster_id).status == 202


def test_if_match_decides_between_a_change_and_a_refusal():
    def changed(etag, status):
        return got("/models/m", model("ACTIVE"), status, "PUT", sent={}, headers={"if-match": etag})

    player = Player(Cassette((changed("new", 200), changed("old", 412))))

    def status(etag):
        return player.respond(HttpRequest("PUT", "/20231130/models/m", (), {"if-match": etag}, b"{}")).status

    assert [status("old"), status("new"), status("old")] == [412, 200, 412]


def test_a_recorded_400_is_an_error():
    cassette = Cassette((got("/models/m", {"code": "InvalidParameter", "message": "no"}, 400),))
    with pytest.raises(InvalidParameter) as refused:
        replay(cassette).get_model("m")
    assert (refused.value.status, refused.value.message) == (400, "no")


def test_a_response_without_a_request_id_has_none_whatever_the_client_sends():
    genai = replay(Cassette((got("/models/m", model("ACTIVE")),)))
    assert genai.get_model("m", request_id="mine").response.request_id is None


def test_a_response_without_a_body_starts_with_the_request_id_of_the_client_too():
    recording = Recording()
    model_id = ready.custom_model(recording.genai).id
    recording.genai.delete_model(model_id, request_id="theirs")
    player = Player(Cassette(recording.cassette.interactions[-1:]))
    assert Repository(RecordedBackend(player)).delete_model(model_id, request_id="mine").request_id.startswith("mine/")


@pytest.mark.parametrize("mine", ["mine", "mine/2"])
def test_a_response_starts_with_the_request_id_of_the_client(mine):
    recording = Recording()
    recording.genai.list_models(ready.COMPARTMENT, limit=1, request_id="theirs").first()
    listing = replay(recording.cassette).list_models(ready.COMPARTMENT, limit=1, request_id=mine)
    assert next(listing.pages()).response.request_id.startswith(mine)


ORDER = ["CREATING", "ACTIVE", "DELETING", "DELETED", "ACCEPTED", "IN_PROGRESS", "SUCCEEDED", 0]


def begin(genai):
    return genai.create_dedicated_ai_cluster(ready.cluster_details())


def poll(genai, cluster, what):
    if what == "get":
        return genai.get_dedicated_ai_cluster(cluster.id).lifecycle_state
    if what == "work":
        return genai.get_work_request(cluster.response.work_request_id).status
    if what == "list":
        return genai.list_dedicated_ai_clusters(ready.COMPARTMENT, id=cluster.id).one().lifecycle_state
    return len([*genai.list_work_request_errors(cluster.response.work_request_id)])


def poll_all(genai, cluster, polls):
    shown = {what: [] for what in POLLS}
    for what, seconds in polls:
        shown[what].append(poll(genai, cluster, what))
        genai.clock.sleep(seconds)
    return shown


def finish(genai, cluster, *, delete):
    genai.wait_for_work_request(ready.work_begun(cluster), interval=60)
    end = [poll(genai, cluster, what) for what in POLLS]
    if delete:
        deletion = genai.delete_dedicated_ai_cluster(cluster.id)
        genai.wait_for_work_request(ready.work_begun(deletion), interval=60)
        end += [poll(genai, cluster, "get")]
    return end


POLLS = ("get", "list", "work", "errors")


@given(
    pace=st.sampled_from(("instant", "seconds", "reads:1", "reads:2", "reads:5")),
    recorded=st.lists(st.tuples(st.sampled_from(POLLS), st.sampled_from((0, 1, 30))), max_size=12),
    played=st.lists(st.tuples(st.sampled_from(POLLS), st.sampled_from((0, 1, 30, 4000))), max_size=30),
    delete=st.booleans(),
)
def test_any_polls_end_in_the_recorded_end_state_through_states_in_recorded_order(pace, recorded, played, delete):
    """Whatever the recorder polled, and whatever the client polls."""
    recording = Recording(pace=pace)
    cluster = begin(recording.genai)
    seen = poll_all(recording.genai, cluster, recorded)
    end = finish(recording.genai, cluster, delete=delete)
    genai = replay(recording.cassette)
    assert begin(genai).id == cluster.id
    shown = poll_all(genai, cluster, played)
    for what, those in shown.items():
        assert those == sorted(those, key=ORDER.index)
        assert {*those} <= {*seen[what], "ACTIVE", "SUCCEEDED", "IN_PROGRESS", "ACCEPTED", 0}
    assert finish(genai, cluster, delete=delete) == end


RESOURCES = ("first", "second", "model")


def begin_all(genai):
    """Start three works that run in parallel: two clusters and an import."""
    clusters = [genai.create_dedicated_ai_cluster(ready.cluster_details(display_name=name)) for name in RESOURCES[:2]]
    return [*clusters, genai.create_imported_model(ready.imported_model_details(display_name="model"))]


def poll_one(genai, made, what):
    if what == "work":
        return genai.get_work_request(made.response.work_request_id).status
    read = genai.get_imported_model if "model" in made.id else genai.get_dedicated_ai_cluster
    return read(made.id).lifecycle_state


def poll_each(genai, made, polls):
    shown = {}
    for number, what, seconds in polls:
        shown.setdefault((number, what), []).append(poll_one(genai, made[number], what))
        genai.clock.sleep(seconds)
    return shown


def finish_all(genai, made, order):
    for number in order:
        genai.wait_for_work_request(ready.work_begun(made[number]), interval=60)
    return [[poll_one(genai, each, what) for what in ("get", "work")] for each in made]


polls_of_three = st.tuples(
    st.sampled_from(range(3)), st.sampled_from(("get", "work")), st.sampled_from((0, 1, 30, 900))
)
orders = st.permutations(range(3))


@given(
    pace=st.sampled_from(("instant", "seconds", "realistic", "reads:1", "reads:2", "reads:5")),
    recorded=st.lists(polls_of_three, max_size=20),
    played=st.lists(polls_of_three, max_size=40),
    recorded_order=orders,
    played_order=orders,
)
def test_parallel_works_each_end_in_the_recorded_end_state_through_states_in_recorded_order(
    pace, recorded, played, recorded_order, played_order
):
    recording = Recording(pace=pace)
    made = begin_all(recording.genai)
    seen = poll_each(recording.genai, made, recorded)
    end = finish_all(recording.genai, made, recorded_order)
    genai = replay(recording.cassette)
    again = begin_all(genai)
    assert [each.id for each in again] == [each.id for each in made]
    for (number, what), those in poll_each(genai, again, played).items():
        assert those == sorted(those, key=ORDER.index)
        assert {*those} <= {*seen.get((number, what), ()), "ACTIVE", "SUCCEEDED", "IN_PROGRESS", "ACCEPTED"}
    assert finish_all(genai, again, played_order) == end


@pytest.fixture
def frequent_switches():
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("frequent_switches")
def test_threads_share_one_player_and_each_gets_a_resource_of_its_own():
    recording = Recording(pace="reads:3")
    made = [begin(recording.genai) for _ in range(16)]
    for each in made:
        finish(recording.genai, each, delete=False)
    player = Player(recording.cassette)
    genai = Repository(RecordedBackend(player))
    polls = [(what, 0) for what in ("get", "work") * 10]

    def story(_):
        cluster = begin(genai)
        return cluster.id, poll_all(genai, cluster, polls)

    with ThreadPoolExecutor(max_workers=8) as threads:
        done = [*threads.map(story, made)]
    assert {identifier for identifier, _ in done} == {each.id for each in made}
    for _, shown in done:
        for those in shown.values():
            assert those == sorted(those, key=ORDER.index)
    assert player.played == len(made) * (1 + len(polls))


@pytest.mark.usefixtures("frequent_switches")
def test_each_thread_gets_retry_tokens_of_its_own():
    backend = RecordedBackend(Player(Cassette(())))
    with ThreadPoolExecutor(max_workers=8) as threads:
        tokens = [*threads.map(lambda _: backend.new_retry_token(), range(2000))]
    assert len({*tokens}) == len(tokens)


@pytest.mark.parametrize(
    ("tag", "error", "message"),
    [
        ({1}, InvalidParameter, "definedTags.(entry 1).(entry 1) must be a value that JSON has, not set"),
        (float("inf"), InvalidParameter, "definedTags.(entry 1).(entry 1) must be a finite number, not inf"),
        (nested(990), CannotParseRequest, "it nests too deep, or contains itself"),
        (nested(100_000), CannotParseRequest, "it nests too deep, or contains itself"),
    ],
    ids=["set", "infinite", "deep", "deeper"],
)
def test_a_body_that_json_cannot_hold_is_refused_as_by_the_other_backends(tag, error, message):
    recording = Recording()
    made = ready.imported_model(recording.genai)
    genai = replay(recording.cassette)
    with pytest.raises(error, match=re.escape(message)):
        genai.update_imported_model(made.id, UpdateImportedModelDetails(defined_tags={"n": {"k": tag}}))


@pytest.mark.parametrize("depth", [400, 800])
def test_a_deep_body_that_was_not_recorded_is_refused_as_such(depth):
    player = Player(Cassette((got("/models", model("CREATING"), 201, "POST", sent={"a": 1}),)))
    deep = b'{"a":' * depth + b"1" + b"}" * depth
    response = player.respond(HttpRequest("POST", "/20231130/models", (), {}, deep))
    assert json.loads(response.body)["code"] == "NotRecorded"


def test_connect_opens_a_cassette_by_its_path(tmp_path, monkeypatch):
    recording = Recording(region="fra")
    names = [each.id for each in recording.genai.list_models(ready.COMPARTMENT)]
    (tmp_path / "a b.yaml").write_text(cassette_text(recording.cassette), encoding="utf-8")
    provenance = Provenance(source="fake", region="eu-frankfurt-1")
    (tmp_path / "a b.provenance.json").write_text(provenance_text(provenance), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for url in (f"cassette:{tmp_path}/a%20b.yaml", "cassette:a b.yaml"):
        with connect(url) as genai:
            assert isinstance(genai, CassetteModelRepository)
            assert genai.default_region == "eu-frankfurt-1"
            assert [each.id for each in genai.list_models(ready.COMPARTMENT)] == names
            assert genai.player.played == 1
            with pytest.raises(NotRecorded, match="GET /20231130/models/"):
                genai.get_model("ocid1.generativeaimodel.oc1.eu-frankfurt-1.x")


@pytest.mark.parametrize("url", ["cassette:", "cassette:a.yaml?seed=7", "cassette:a.yaml#x"])
def test_a_cassette_has_a_path_and_no_options(url):
    with pytest.raises(ConfigurationError, match="takes a path and no options: use cassette:"):
        connect(url)
