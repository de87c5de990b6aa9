"""Films and sound as phones and programs write them, with planted places, times and names. Only silence plays."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from tests.unit.media import CLOCK, XMP, box, riff


def track(handler: bytes, entry: bytes, chunks: list[tuple[int, list[int]]], *, wide: bool = False) -> bytes:
    """A track whose chunks stand at these offsets, with samples of these sizes."""
    sizes = [size for _, chunk_sizes in chunks for size in chunk_sizes]
    runs = b"".join(struct.pack(">III", i + 1, len(chunk_sizes), 1) for i, (_, chunk_sizes) in enumerate(chunks))
    offsets = b"".join(struct.pack(">Q" if wide else ">I", at) for at, _ in chunks)
    stbl = box(
        b"stbl",
        box(b"stsd", bytes(4), struct.pack(">I", 1), entry),
        box(b"stts", bytes(4), struct.pack(">III", 1, len(sizes), 1)),
        box(b"stsc", bytes(4), struct.pack(">I", len(chunks)), runs),
        box(b"stsz", bytes(4), struct.pack(">II", 0, len(sizes)), b"".join(struct.pack(">I", size) for size in sizes)),
        box(b"co64" if wide else b"stco", bytes(4), struct.pack(">I", len(chunks)), offsets),
    )
    times = struct.pack(">II", CLOCK, CLOCK + 60)
    dref = box(b"dref", bytes(4), struct.pack(">I", 1), box(b"alis", b"\0\0\0\0planted-path"))
    return box(
        b"trak",
        box(b"tkhd", b"\0\0\0\7", times, bytes(72)),
        box(
            b"mdia",
            box(b"mdhd", bytes(4), times, bytes(12)),
            box(b"hdlr", bytes(8), handler, bytes(12), b"planted-handler\0"),
            box(b"minf", box(b"vmhd", bytes(12)), box(b"dinf", dref), stbl),
        ),
        box(b"udta", box(b"name", b"planted-track")),
    )


def mp4(*, brand: bytes = b"isom", wide: bool = False) -> bytes:
    """A film as a phone makes one: the movie box last, places in three forms, a track of movements in between."""
    pieces = [
        b"kept-picture-1",
        b"planted-gpmd-42.1",
        b"kept-sound-1",
        b"planted-gpmd-42.2222",
        b"kept-picture-2",
        b"planted-text",
    ]
    ftyp = box(b"ftyp", brand, bytes(4), brand)
    base = len(ftyp) + (16 if wide else 8)
    at = [base + sum(map(len, pieces[:i])) for i in range(len(pieces))]
    video = box(b"avc1", bytes(42), b"\x0dplanted-coder".ljust(32, b"\0"), bytes(4), box(b"avcC", bytes(7)))
    clock = struct.pack(">QQ", CLOCK, CLOCK + 60) if wide else struct.pack(">II", CLOCK, CLOCK + 60)
    moov = box(
        b"moov",
        box(b"mvhd", b"\1\0\0\0" if wide else bytes(4), clock, bytes(92)),
        track(b"vide", video, [(at[0], [4, 10]), (at[4], [14])], wide=wide),
        track(b"soun", box(b"mp4a", bytes(28)), [(at[2], [12])], wide=wide),
        track(b"meta", box(b"gpmd", bytes(8)), [(at[1], [10, 7]), (at[3], [20])], wide=wide),
        track(b"sbtl", box(b"tx3g", bytes(8)), [(at[5], [12])], wide=wide),
        box(b"udta", box(b"\xa9xyz", b"\0\x12\x15\xc7+42.8760+074.5900/planted"), box(b"meta", b"planted-maker")),
        box(
            b"meta",
            box(b"keys", b"mdtacom.apple.quicktime.location.ISO6709"),
            box(b"ilst", b"planted+42.8760+074.5900"),
        ),
        box(b"uuid", b"planted-uuid-of-16", XMP),
    )
    return (
        ftyp
        + box(b"mdat", b"".join(pieces), wide=wide)
        + moov
        + box(b"free", b"planted-free")
        + box(b"skip", b"planted-skip")
        + b"plant"
    )


def fragments(handler: bytes = b"soun") -> bytes:
    """A live recording of one track: a movie box without samples, then fragments."""
    trex = box(b"mvex", box(b"trex", bytes(4), struct.pack(">5I", 1, 1, 0, 0, 0)))
    head = box(b"ftyp", b"iso5", bytes(4)) + box(
        b"moov",
        box(b"mvhd", bytes(4), struct.pack(">II", CLOCK, CLOCK), bytes(92)),
        track(b"soun", box(b"mp4a", bytes(28)), []),
        track(handler, box(b"mp4a", bytes(28)), []) if handler != b"soun" else b"",
        trex,
    )
    traf = box(b"traf", box(b"tfhd", b"\0\2\0\0\0\0\0\1"), box(b"trun", bytes(8)), box(b"uuid", b"planted-uuid-of-16"))
    moof = box(b"moof", box(b"mfhd", bytes(8)), traf)
    return head + (box(b"prft", b"planted-ntp-clock") + moof + box(b"mdat", b"kept-sound")) * 3


# Sound


def wav() -> bytes:
    notes = [(b"LIST", b"INFOIART\x0e\0\0\0planted-artist"), (b"bext", b"planted-origin"), (b"iXML", b"<planted/>")]
    return riff(b"WAVE", [(b"fmt ", bytes(16)), *notes, (b"data", bytes(100))])


def mp3() -> bytes:
    frame = b"\xff\xfb\x90\x00" + b"kept-sound".ljust(413, b"\0")  # MPEG 1 layer 3, 128 kbit/s, 44100 Hz
    tag = b"TPE1\0\0\0\x10\0\0\0planted-artist\0" + b"APIC\0\0\0\x10\0\0\0planted-cover\0\0"
    size = len(tag)
    start = b"ID3\4\0\0" + bytes([size >> 21 & 127, size >> 14 & 127, size >> 7 & 127, size & 127]) + tag
    return start + frame * 5 + b"TAG" + b"planted-title".ljust(125, b"\0")


def opus() -> bytes:
    vendor, comment = b"planted-vendor", b"ARTIST=planted-artist"
    tags = b"OpusTags" + struct.pack("<I", len(vendor)) + vendor + struct.pack("<II", 1, len(comment)) + comment
    return ogg_page([OPUS], 0, 2) + ogg_page([tags], 1, 0) + ogg_page([b"kept-sound"], 2, 4)


def silence(seconds: int) -> bytes:
    """Opus that plays: packets of 120 ms in which nothing is heard, one byte each (RFC 6716, 3.2.1)."""
    tags = b"OpusTags" + bytes(8)
    pages = [ogg_page([OPUS], 0, 2), ogg_page([tags], 1, 0)]
    count, each = seconds * 1000 // 120, 250
    for at in range(0, count, each):
        end = min(at + each, count)
        pages.append(ogg_page([b"\x19"] * (end - at), len(pages), 4 if end == count else 0, end * 5760))
    return b"".join(pages)


OPUS = b"OpusHead\1\1" + bytes(2) + struct.pack("<I", 48000) + bytes(3)


def ogg_page(packets: Sequence[bytes], sequence: int, flags: int, samples: int = 0) -> bytes:
    """`samples`: how many have been played when its last packet ends."""
    lacing = b"".join(b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255]) for packet in packets)
    head = b"OggS\0" + bytes([flags]) + struct.pack("<QII", samples, 77, sequence)
    rest = bytes([len(lacing)]) + lacing + b"".join(packets)
    return head + struct.pack("<I", ogg_sum(head + bytes(4) + rest)) + rest


def ogg_sum(page: bytes) -> int:
    total = 0
    for byte in page:
        total ^= byte << 24
        for _ in range(8):
            total = (total << 1 ^ (0x04C11DB7 if total >> 31 else 0)) & 0xFFFFFFFF
    return total


def element(identity: int, *parts: bytes, live: bool = False) -> bytes:
    body = b"".join(parts)
    name = identity.to_bytes((identity.bit_length() + 7) // 8, "big")
    return name + (b"\x01" + b"\xff" * 7 if live else (len(body) | 1 << 56).to_bytes(8, "big")) + body


def webm(*, live: bool = False, track: int = 2) -> bytes:
    info = element(
        0x1549A966,
        element(0xBF, b"\1\2\3\4"),
        element(0x2AD7B1, b"\x0f\x42\x40"),
        element(0x4461, b"plantedT"),
        element(0x7BA9, b"planted-title"),
        element(0x4D80, b"planted-muxer"),
        element(0x5741, b"planted-writer"),
        element(0x73A4, b"planted-uuid-of-16"),
    )
    tracks = element(
        0x1654AE6B,
        element(
            0xAE,
            element(0xD7, b"\1"),
            element(0x83, bytes([track])),
            element(0x536E, b"planted-track"),
            element(0x86, b"A_OPUS"),
        ),
    )
    cluster = element(0x1F43B675, element(0xE7, b"\0"), element(0xA3, b"\x81\0\0\x80kept-sound"), live=live)
    tags = element(0x1254C367, element(0x7373, b"planted-tag " * 20))
    files = element(0x1941A469, b"planted-attachment")
    return element(0x1A45DFA3, element(0x4282, b"webm")) + element(
        0x18538067, info, tracks, cluster, cluster, tags, files, live=live
    )
