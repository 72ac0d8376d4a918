"""The world of a sandbox: a simulator that knows which threads may call it, and refuses waits that never end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genai_ports.simulator.simulator import Simulator

if TYPE_CHECKING:
    from genai_ports.api.call import Call, Reply
    from genai_ports.testing.clock.endless_waits import Watch
    from genai_ports.testing.clock.shared_clock import SharedClock
    from genai_ports.testing.isolation.threads import OwnThreads


class SandboxWorld(Simulator):
    """The world of one sandbox. A copy, or a world restored from its snapshot, is a plain one."""

    __slots__ = ("_clients", "_threads", "_watch")  # not in its __dict__, which reset() and become() replace

    _threads: OwnThreads
    _watch: Watch | None
    _clients: SharedClock

    def guard(self, threads: OwnThreads, watch: Watch | None, clients: SharedClock) -> None:
        """Set who may call this world.

        Args:
            threads: the threads of the test.
            watch: refuses waits that never end; None to let them go on.
            clients: the clock of the clients, whose sleeps are watched too.
        """
        self._threads, self._watch, self._clients = threads, watch, clients

    def handle(self, call: Call) -> Reply:
        """Carry out one call; see `Simulator.handle`.

        Raises:
            WaitNeverEnds: it waits for what cannot happen.
            EndOfThread: an earlier test has left this thread behind.
        """
        if not hasattr(self, "_threads"):
            return super().handle(call)
        self._threads.note_call()
        watch = self._watch
        if watch is None:
            return super().handle(call)
        with self.lock:
            if call.operation.verb.method != "GET":
                watch.changed()
                return super().handle(call)
            watch.check(self, call)
            reply = super().handle(call)
            if watch.saw(self, call, reply) and self._clients.sleeps_really:
                self._clients.sleep_by(lambda seconds: watch.sleep(self, seconds))
            return reply
