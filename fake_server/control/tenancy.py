"""Control paths for the tenancy: its limits and quotas, the keys of its users, their groups and policies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fake_server.control.properties import (
    OBJECTS,
    STRING,
    STRINGS,
    WHOLE,
    as_json,
    read_properties,
    read_tenancy,
    required,
)
from genai_ports.api.checks import check_room
from genai_ports.api.shown import shown
from genai_ports.errors import InvalidInput
from genai_ports.simulator.rules.limits import LIMIT_NAMES
from genai_ports.simulator.rules.refusals import PROPERTY_VALUE
from genai_ports.simulator.settings import MOST_KEYS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Request

    from fake_server.control.properties import Handler
    from genai_ports.simulator.simulator import Simulator


def _limits_get(_: Request, world: Simulator) -> Any:
    items = [as_json(limit._asdict()) for limit in world.limits]
    return {"default": world.limits.default, "items": items, "names": LIMIT_NAMES}


def _limits_put(request: Request, world: Simulator) -> None:
    given = read_properties(request, name=STRING, most=WHOLE, region=STRING, compartmentId=STRING)
    name = required(given, "name")["name"]
    world.limits.set(name, given.get("most"), region=given.get("region"), compartment_id=given.get("compartmentId"))


def _keys_post(request: Request, world: Simulator) -> None:
    from fake_server.keys import checked_key_id, key_id  # noqa: PLC0415  # loads cryptography

    given = required(read_properties(request, keyId=STRING, user=STRING, publicKey=STRING), "publicKey")
    pem, tenancy = given["publicKey"], read_tenancy(request)
    if "keyId" in given and "user" in given:
        raise InvalidInput("pass user or keyId, not both: keyId contains the user")
    if "keyId" in given:
        name = checked_key_id(given["keyId"], pem)
    else:
        name = key_id(tenancy, required(given, "user")["user"], pem)
    if not name.startswith(f"{tenancy}/"):
        raise PROPERTY_VALUE(
            property="keyId", expected=f"of {shown(tenancy)}, or that tenancy named by ?tenancy=", given=name
        )
    check_room("keys", len(world.keys) + (name not in world.keys), MOST_KEYS)
    world.keys[name] = pem


def _policies_post(request: Request, world: Simulator) -> None:
    given = read_properties(request, user=STRING, group=STRING, statements=STRINGS, compartments=OBJECTS)
    if "user" in given or "group" in given:
        required(given, "user", "group")
    world.policies.add(
        given.get("statements", ()),
        user=given.get("user"),
        group=given.get("group"),
        compartments=[_compartment(each) for each in given.get("compartments", ())],
    )


def _compartment(given: Any) -> tuple[str, str, str | None]:
    if not isinstance(given, dict) or not {"id", "name"} <= given.keys() <= {"id", "name", "parent"}:
        raise InvalidInput("each of compartments must be an object with id and name, and optionally parent")
    return given["id"], given["name"], given.get("parent")


PATHS: Final[Mapping[str, Mapping[str, Handler]]] = {
    "/limits": {"GET": _limits_get, "PUT": _limits_put},
    "/keys": {
        "GET": lambda _, world: {"items": [{"keyId": key_id} for key_id in tuple(world.keys)]},
        "POST": _keys_post,
        "DELETE": lambda _, world: world.keys.clear(),
    },
    "/policies": {
        "GET": lambda _, world: world.policies.to_data(),
        "POST": _policies_post,
        "DELETE": lambda _, world: world.policies.clear(),
    },
}
