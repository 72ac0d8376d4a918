"""Count the files and frames of ours that one create_model crosses, in memory and over HTTP without a socket.

Run it with `python tests/benchmarks/walk.py`; with `-v` it lists the files.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import fake_server
import genai_ports
from fake_server import Settings, create_app
from genai_ports import SdkModelRepository, connect
from genai_ports.testing import ready
from genai_ports.testing.wsgi_transport import WsgiTransport

ROOT = Path(genai_ports.__file__).parent.parent
OURS = tuple(str(Path(package.__file__).parent) for package in (genai_ports, fake_server))


def crossed(action):
    """Count the frames of ours that an action runs, by file."""
    frames = Counter()

    def count(frame, event, _):
        name = frame.f_code.co_filename
        if event == "call" and name.startswith(OURS):
            frames[str(Path(name).relative_to(ROOT))] += 1

    sys.setprofile(count)
    try:
        action()
    finally:
        sys.setprofile(None)
    return frames


def walk(genai):
    """Count for a create_model, once everything that it needs is loaded and ready."""
    ready.custom_model(genai)
    details = ready.model_details(genai)
    return crossed(lambda: genai.create_model(details))


def show(name, frames):
    print(f"{name}: {len(frames)} files, {sum(frames.values())} frames")
    if "-v" in sys.argv:
        for file, number in frames.most_common():
            print(f"{number:6} {file}")


show("in memory", walk(connect("memory://us-chicago-1")))
app = WsgiTransport(create_app(Settings()))
show("over HTTP", walk(SdkModelRepository(endpoint="http://localhost", region="us-chicago-1", transport=app)))
