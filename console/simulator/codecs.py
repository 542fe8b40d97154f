"""How long a piece of sound lasts that somebody sends into a stream: RTP payloads and MP3 files. Pure; plays nothing.

Telnyx takes a whole MP3 file or, with `stream_bidirectional_mode` rtp, payloads of 20 ms to 30 s (VOICE c). How much
sound is in those is in the codecs' own standards: RFC 3551 for PCMU, PCMA, G722 and L16, RFC 6716 (3.1) for Opus,
ISO 11172-3 and 13818-3 for MP3.
"""

from collections.abc import Iterator

MAX_PAYLOAD_S = 30.0
LASTING = frozenset({"PCMU", "PCMA", "G722", "L16", "OPUS"})
"""Codecs of which the length is known. AMR-WB has two packings (RFC 4867), and no source says which one Telnyx takes."""
_OCTETS_A_SAMPLE = {"PCMU": 1, "PCMA": 1, "L16": 2}
_G722_OCTETS_A_S = 8_000
_MP3_RATES = (44_100, 48_000, 32_000)
_KBITS_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KBITS_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)


def rtp_s(payload: bytes, codec: str, rate: int) -> float:
    """Seconds of one payload; `rate` are the samples a second, which G722 and Opus have of their own."""
    if codec == "OPUS":
        return _opus_s(payload)
    if codec == "G722":
        return min(MAX_PAYLOAD_S, len(payload) / _G722_OCTETS_A_S)
    return min(MAX_PAYLOAD_S, len(payload) / (rate * _OCTETS_A_SAMPLE[codec]))


def _opus_s(packet: bytes) -> float:
    """By its first octet: 1, 2 or (second octet) more frames of 2.5 to 60 ms."""
    if not packet:
        return 0.0
    config, code = packet[0] >> 3, packet[0] & 3
    if config < 12:
        frame_ms = (10.0, 20.0, 40.0, 60.0)[config % 4]
    elif config < 16:
        frame_ms = (10.0, 20.0)[config % 2]
    else:
        frame_ms = (2.5, 5.0, 10.0, 20.0)[config % 4]
    frames = (1, 2, 2)[code] if code < 3 else packet[1] & 0x3F if len(packet) > 1 else 0
    return frames * frame_ms / 1000


def mp3_s(file: bytes) -> float:
    """Seconds of an MP3 file, frame by frame; 0 if it is none."""
    return sum(_frames_s(file, _after_tag(file)))


def _after_tag(file: bytes) -> int:
    """Where the sound begins: behind an ID3v2 tag, if there is one."""
    if file[:3] != b"ID3" or len(file) < 10:
        return 0
    size = 0
    for octet in file[6:10]:
        size = size << 7 | octet & 0x7F
    return 10 + size


def _frames_s(file: bytes, at: int) -> Iterator[float]:
    while (frame := _frame(file[at : at + 4])) is not None:
        size, seconds = frame
        yield seconds
        at += size


def _frame(header: bytes) -> tuple[int, float] | None:
    """Octets and seconds of a layer III frame by its header; None for anything else."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE6 != 0xE2:
        return None
    version, kbit, rate = header[1] >> 3 & 3, header[2] >> 4, header[2] >> 2 & 3
    if version == 1 or kbit in {0, 15} or rate == 3:
        return None
    is_first = version == 3
    samples = 1152 if is_first else 576
    hertz = _MP3_RATES[rate] >> {3: 0, 2: 1, 0: 2}[version]
    bits = (_KBITS_1 if is_first else _KBITS_2)[kbit] * 1000
    padding = header[2] >> 1 & 1
    return samples // 8 * bits // hertz + padding, samples / hertz
