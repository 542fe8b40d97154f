"""Media streams to a WebSocket, as far as they can be decided without one (VOICE b, c). Pure: changes the world only.

The shell is asked to connect (`OpenStream`) and says how that went (`opened`, `failed`, `closed`). Every accepted
stream ends in streaming.started and streaming.stopped, or in streaming.failed. One stream or fork per call.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from console.simulator import bodies, codecs, errors, service_payloads
from console.simulator.services import CloseStream, OpenStream, Stream, StreamDigit
from console.simulator.world import Begin, Leg, World

Body = Mapping[str, object]
Data = dict[str, object]

UNREACHABLE = "connection_failed"
"""failure_reason, in the word of the specification's example."""
_RATES = {"PCMU": 8_000, "PCMA": 8_000, "L16": 16_000}
"""What the simulator can make sound in, and the samples a second.

G722, OPUS and AMR-WB are refused: they take a codec library that nothing else here needs, and no source says which
sample rates and packing Telnyx announces for them.
"""


def wish(body: Body) -> Stream | None:
    """The stream that a body asks for, without an id. Raises `ApiError` for what cannot be simulated."""
    url = bodies.text(body, "stream_url")
    if url is None:
        return None
    parts = urlsplit(url)
    if parts.scheme not in {"ws", "wss"} or not parts.hostname:
        raise errors.bad_request("The stream_url must be a ws or wss URL.", "/stream_url")
    codec = bodies.text(body, "stream_codec") or "default"
    encoding = "PCMU" if codec == "default" else codec
    if encoding not in _RATES:
        known = ", ".join(_RATES)
        what = f"a stream in {encoding}; the simulator makes sound in {known}"
        raise errors.not_simulated(what, "/stream_codec")
    is_rtp = body.get("stream_bidirectional_mode") == "rtp"
    returned = bodies.text(body, "stream_bidirectional_codec") or "PCMU"
    if is_rtp and returned not in codecs.LASTING:
        what = f"sound sent back in {returned}, because Telnyx does not document its packing"
        raise errors.not_simulated(what, "/stream_bidirectional_codec")
    listed = body.get("custom_parameters")
    return Stream(
        id="",
        url=url,
        track=bodies.text(body, "stream_track") or "inbound_track",
        encoding=encoding,
        sample_rate=_RATES[encoding],
        custom_parameters=tuple(listed) if isinstance(listed, list) else (),
        is_bidirectional_rtp=is_rtp,
        returned=returned,
        returned_rate=bodies.whole(body, "stream_bidirectional_sampling_rate", 8_000),
    )


def later(body: Body) -> tuple[Begin, ...]:
    """The stream that a body asks for, to be begun once the leg has come so far."""
    stream = wish(body)
    return () if stream is None else (lambda world, leg: begin(world, leg, stream),)


def begin(world: World, leg: Leg, wanted: Stream) -> None:
    """Asks for a connection, unless the leg streams already."""
    if leg.stream is None and leg.forked is None:
        stream_id = world.fate.uuid("stream", leg.lot, leg.events)
        leg.stream = stream = wanted._replace(id=stream_id)
        world.order(OpenStream(leg.id, stream, service_payloads.stream_start(leg, stream)))


def opened(world: World, call_control_id: str, stream_id: str) -> None:
    """The other side has accepted."""
    found = _find(world, call_control_id, stream_id)
    if found is not None:
        leg, stream = found
        leg.stream = stream._replace(is_open=True)
        world.emit(leg, "streaming.started", service_payloads.streaming(leg, stream))


def failed(world: World, call_control_id: str, stream_id: str, reason: str = UNREACHABLE) -> None:
    """The other side could not be reached."""
    found = _find(world, call_control_id, stream_id)
    if found is not None:
        leg, stream = found
        leg.stream = None
        world.emit(leg, "streaming.failed", service_payloads.streaming_failed(leg, stream, reason))


def closed(world: World, call_control_id: str, stream_id: str) -> None:
    """The other side has disconnected."""
    found = _find(world, call_control_id, stream_id)
    if found is not None:
        stop(world, found[0])


def stop(world: World, leg: Leg) -> None:
    """Ends the leg's stream, if it has one."""
    stream = leg.stream
    if stream is None:
        return
    leg.stream = None
    world.order(CloseStream(stream.id))
    if stream.is_open:
        world.emit(leg, "streaming.stopped", service_payloads.streaming(leg, stream))
    else:
        payload = service_payloads.streaming_failed(leg, stream, UNREACHABLE)
        world.emit(leg, "streaming.failed", payload)


def digit(world: World, leg: Leg, key: str) -> None:
    """Whoever listens to the stream hears of a key."""
    if leg.stream is not None and leg.stream.is_open:
        world.order(StreamDigit(leg.stream.id, key, world.now))


def _find(world: World, call_control_id: str, stream_id: str) -> tuple[Leg, Stream] | None:
    leg = world.leg(call_control_id)
    if leg is None or leg.stream is None or leg.stream.id != stream_id:
        return None
    return leg, leg.stream


def _streaming_start(world: World, leg: Leg, body: Body) -> Data:
    stream = wish(body)
    if stream is None:
        raise errors.missing("stream_url")
    if leg.stream is not None:
        raise errors.streaming_used()
    if leg.forked is not None:
        raise errors.streaming_not_started("The call is being forked.")
    begin(world, leg, stream)
    return {"result": "ok"}


def _streaming_stop(world: World, leg: Leg, body: Body) -> Data:
    wanted = bodies.text(body, "stream_id")
    if leg.stream is None or wanted not in {None, leg.stream.id}:
        raise errors.streaming_not_used()
    stop(world, leg)
    return {"result": "ok"}


HANDLERS = {"streaming_start": _streaming_start, "streaming_stop": _streaming_stop}
