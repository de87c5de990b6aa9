"""Pictures and documents as cameras, phones and programs write them, with planted places, serial numbers and names.

Nothing is a real picture but the PNG; whoever needs one hands it in."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

PLANTED = b"planted"  # begins every planted string, in letters of one byte or of two
GPS = struct.pack(">6I", 42, 1, 52, 1, 3599, 100)  # 42 degrees 52 minutes 35.99 seconds
CLOCK = 3_800_000_000  # seconds from 1904: May 2024
SOUND_AND_PICTURE = b"kept sound and kept picture " * 40


# Exif, XMP and a colour profile


def exif(orientation: int = 6) -> bytes:
    """A TIFF structure as a phone writes it: directory, Exif, GPS, and a second directory with a small picture."""

    def directory(start: int, entries: list[tuple[int, int, int, bytes]], following: int) -> bytes:
        table, rest = struct.pack(">H", len(entries)), b""
        room = start + 2 + 12 * len(entries) + 4
        for tag, kind, count, value in entries:
            if len(value) > 4:
                value, rest = struct.pack(">I", room + len(rest)), rest + value
            table += struct.pack(">HHI", tag, kind, count) + value.ljust(4, b"\0")
        return table + struct.pack(">I", following) + rest

    def text(tag: int, value: bytes) -> tuple[int, int, int, bytes]:
        return tag, 2, len(value) + 1, value + b"\0"

    def long(tag: int, value: int) -> tuple[int, int, int, bytes]:
        return tag, 4, 1, struct.pack(">I", value)

    more = [
        text(0x9003, b"2024:05:06 07:08:09"),
        (0x927C, 7, 20, b"planted-maker-notes!"),
        (0x9286, 7, 28, b"ASCII\0\0\0planted-user-comment"),
        text(0xA431, b"planted-serial-7718"),
        text(0xA430, b"planted-owner"),
    ]
    gps = [text(1, b"N"), (2, 5, 3, GPS), text(3, b"E"), (4, 5, 3, GPS), text(29, b"2024:05:06")]
    small = b"\xff\xd8planted-small-picture\xff\xd9"
    first = [
        text(0x010F, b"planted-make"),
        text(0x0110, b"planted-model"),
        (0x0112, 3, 1, struct.pack(">HH", orientation, 0)),
        text(0x0131, b"planted-software"),
        text(0x013B, b"planted-artist"),
    ]
    pointers = [long(0x8769, 1000), long(0x8825, 1400)]
    laid = [
        (8, directory(8, first + pointers, 1800)),
        (1000, directory(1000, more, 0)),
        (1400, directory(1400, gps, 0)),
    ]
    laid += [(1800, directory(1800, [long(0x0201, 1900), long(0x0202, len(small))], 0)), (1900, small)]
    out = bytearray(1900 + len(small))
    out[:8] = b"MM\0*\0\0\0\x08"
    for at, part in laid:
        out[at : at + len(part)] = part
    return bytes(out)


XMP = (
    b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description '
    b'exif:GPSLatitude="42,52.planted" xmp:CreateDate="2024-05-06T07:08:09planted" xmp:CreatorTool="planted-tool" '
    b'aux:SerialNumber="planted-8811"><dc:creator><rdf:Seq><rdf:li>planted-creator</rdf:li></rdf:Seq></dc:creator>'
    b'</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
)
P3 = (0.5151, 0.2412, -0.0011, 0.292, 0.6922, 0.0419, 0.1571, 0.0666, 0.7841)
OF_A_SCREEN = (0.48, 0.24, 0.01, 0.33, 0.68, 0.09, 0.15, 0.08, 0.72)


def profile(colours: tuple[float, ...] = P3) -> bytes:
    """A colour profile with the words that its maker wrote; its curve is a table, as a screen's is."""

    def fixed(values: tuple[float, ...]) -> bytes:
        return b"".join(struct.pack(">i", round(value * 65536)) for value in values)

    steps = [round(65535 * (((i / 255 + 0.055) / 1.055) ** 2.4 if i > 10 else i / 255 / 12.92)) for i in range(256)]
    curve = b"curv\0\0\0\0" + struct.pack(">I256H", 256, *steps)
    bodies = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", 15) + b"planted-screen\0" + bytes(79),
        b"cprt": b"text\0\0\0\0planted-copyright\0\0\0",
        b"wtpt": b"XYZ \0\0\0\0" + fixed((0.9642, 1.0, 0.8249)),
        **{
            name: b"XYZ \0\0\0\0" + fixed(colours[3 * i : 3 * i + 3])
            for i, name in enumerate((b"rXYZ", b"gXYZ", b"bXYZ"))
        },
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve),
    }
    at, table, rest = 132 + 12 * len(bodies), b"", b""
    for name, body in bodies.items():
        table += name + struct.pack(">II", at + len(rest), len(body))
        rest += body.ljust((len(body) + 3) // 4 * 4, b"\0")
    head = bytearray(128)
    head[8:24] = b"\x02\x10\0\0mntrRGB XYZ "
    head[36:40] = b"acsp"
    head[48:56] = b"plantedX"
    head[68:80] = fixed((0.9642, 1.0, 0.8249))
    whole = bytes(head) + struct.pack(">I", len(bodies)) + table + rest
    return struct.pack(">I", len(whole)) + whole[4:]


# Pictures


def segment(code: int, data: bytes) -> bytes:
    return b"\xff" + bytes([code]) + struct.pack(">H", len(data) + 2) + data


def jpeg(picture: bytes = b"", *, progressive: bool = False, orientation: int = 6, icc: bytes | None = None) -> bytes:
    """`picture` with everything a phone adds; without one, segments in the order of a picture."""
    if not picture:
        scan = b"\x11\xff\x00\x22\xff\xd0\x33\xff\xd1\xff\xff\xd2\x44"
        one = segment(0xC4, bytes(20)) + segment(0xDA, b"\x01\x01\0\0\x3f\0") + scan
        frame = segment(0xC2 if progressive else 0xC0, b"\x08\0\x08\0\x08\x01\x01\x11\0")
        picture = (
            b"\xff\xd8"
            + segment(0xDB, bytes(65))
            + segment(0xDD, b"\0\4")
            + frame
            + one * (3 if progressive else 1)
            + b"\xff\xd9"
        )
    notes = [
        segment(0xE0, b"JFIF\0\1\1\1\0\x48\0\x48\x01\x07" + b"planted-jfif-picture."),
        segment(0xE0, b"JFXX\0\x10planted-jfxx"),
        segment(0xE1, b"Exif\0\0" + exif(orientation)),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP),
        segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0planted-extended"),
        segment(0xE2, b"ICC_PROFILE\0\1\1" + (profile() if icc is None else icc)),
        segment(0xE2, b"MPF\0planted-index"),
        segment(0xE5, b"planted-unregistered"),
        segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x10\x1c\x02\x5a\0\x0bplanted-cty"),
        segment(0xEE, b"Adobe\0\x64\0\0\0\0" + (b"\x01" if picture.count(b"\xff\xc0") else b"\0") + b"planted-adobe"),
        b"\xff\xff" + segment(0xFE, b"planted-comment \xd0\xbf"),
    ]
    if len(picture) > 1000:
        notes.pop(9)  # a real picture keeps the colours it has
    return picture[:2] + b"".join(notes) + picture[2:] + b"\xff\xd8\xff\xe1planted-second-picture"


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(*, moving: bool = False, orientation: int = 6, icc: bool = True) -> bytes:
    """A real picture of 3 by 2 pixels."""
    rows = zlib.compress(b"".join(b"\0" + bytes([x * 80, y * 100, 200]) * 3 for y, x in ((0, 1), (1, 2))))
    chunks = [
        chunk(b"IHDR", struct.pack(">IIBBBBB", 3, 2, 8, 2, 0, 0, 0)),
        *(
            [
                chunk(b"acTL", struct.pack(">II", 1, 0)),
                chunk(b"fcTL", struct.pack(">5I2H2B", 0, 3, 2, 0, 0, 1, 10, 0, 0)),
            ]
            if moving
            else []
        ),
        chunk(b"gAMA", struct.pack(">I", 45455)),
        chunk(b"iCCP", b"planted-profile\0\0" + zlib.compress(profile(OF_A_SCREEN))) if icc else b"",
        chunk(b"eXIf", exif(orientation)),
        chunk(b"tEXt", b"Author\0planted-author"),
        chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"planted-compressed")),
        chunk(b"iTXt", b"Title\0\0\0\0\0planted-title"),
        chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP),
        chunk(b"tIME", struct.pack(">H5B", 2024, 5, 6, 7, 8, 9)),
        chunk(b"pHYs", struct.pack(">IIB", 5669, 5669, 1)),
        chunk(b"IDAT", rows[:9]),
        chunk(b"IDAT", rows[9:]),
        chunk(b"prVt", b"planted-private"),
        chunk(b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks) + b"planted-behind"


def riff(form: bytes, chunks: list[tuple[bytes, bytes]]) -> bytes:
    body = form + b"".join(
        name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for name, data in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


def webp(picture: bytes = b"", width: int = 4, height: int = 4) -> bytes:
    """`picture` with everything a phone adds; without one, a chunk that stands for it."""
    coded = [(name, data) for name, data in riff_chunks(picture) if name not in (b"VP8X", b"ICCP")] or [
        (b"VP8 ", b"kept-pixels")
    ]
    size = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    flags = b"\x3c" if b"ALPH" in dict(coded) else b"\x2c"
    parts = [(b"VP8X", flags + bytes(3) + size), (b"ICCP", profile()), *coded]
    return riff(b"WEBP", [*parts, (b"EXIF", exif()), (b"XMP ", XMP), (b"prVt", b"planted-x")]) + b"planted-behind"


def riff_chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    found, at = [], 12
    while at < len(data):
        length = struct.unpack("<I", data[at + 4 : at + 8])[0]
        found.append((data[at : at + 4], data[at + 8 : at + 8 + length]))
        at += 8 + length + length % 2
    return found


# Boxes


def box(name: bytes, *parts: bytes, wide: bool = False) -> bytes:
    body = b"".join(parts)
    if wide:
        return struct.pack(">I", 1) + name + struct.pack(">Q", len(body) + 16) + body
    return struct.pack(">I", len(body) + 8) + name + body


def heic(
    coded: bytes = SOUND_AND_PICTURE,
    *,
    brand: bytes = b"heic",
    item: bytes = b"hvc1",
    in_idat: bool = False,
    overlap: bool = False,
    properties: bytes = b"",
    ipma: bytes = b"",
) -> bytes:
    """One picture, an Exif, an XMP, and leftovers between them."""
    notes = [b"planted-before", coded, b"planted-gap", b"\0\0\0\6Exif\0\0" + exif(), XMP, b"planted-after"]
    starts = [sum(map(len, notes[:i])) for i in range(len(notes))]

    def infe(number: int, kind: bytes, name: bytes, more: bytes = b"") -> bytes:
        return box(b"infe", b"\2\0\0\0", struct.pack(">HH", number, 0), kind, name + b"\0" + more)

    def built(data_at: int) -> bytes:
        items = [(1, 1), (2, 1 if overlap else 3), (3, 4)]
        iloc = b"\1\0\0\0\x44\x40" + struct.pack(">H", len(items))
        for number, i in items:
            iloc += struct.pack(
                ">HHHIHII", number, int(in_idat), 0, 0 if in_idat else data_at, 1, starts[i], len(notes[i])
            )
        own = properties or box(b"ispe", bytes(4), struct.pack(">II", 8, 8)) + box(b"irot", b"\1")
        meta = box(
            b"meta",
            bytes(4),
            box(b"hdlr", bytes(8), b"pict", bytes(12), b"planted-handler\0"),
            box(b"pitm", bytes(4), b"\0\1"),
            box(
                b"iinf",
                bytes(4),
                b"\0\3",
                infe(1, item, b"planted-name"),
                infe(2, b"Exif", b""),
                infe(3, b"mime", b"", b"application/rdf+xml\0"),
            ),
            box(b"iref", bytes(4), box(b"cdsc", struct.pack(">HHH", 2, 1, 1))),
            box(
                b"iprp",
                box(b"ipco", own, box(b"colr", b"prof", profile()), box(b"udes", bytes(4), b"planted-title\0")),
                ipma,
            ),
            box(b"iloc", iloc),
            box(b"idat", b"".join(notes)) if in_idat else b"",
            box(b"xml ", bytes(4), b"<planted/>"),
        )
        return box(b"ftyp", brand, bytes(4), b"mif1", brand) + meta

    head = built(0)
    rest = (
        box(b"free", b"planted-free") + box(b"mpvd", b"planted-motion-film") + box(b"uuid", b"planted-uuid-of-16", XMP)
    )
    if in_idat:
        return head + rest
    return built(len(head) + 8) + box(b"mdat", b"".join(notes)) + rest


# Documents

PDF = (
    b"%PDF-1.4\n1 0 obj\n<< /Author (planted \\(author\\)) /Producer <FEFF0070006C0061006E007400650064> "
    b"/CreationDate (D:20240506070809+06'00') >>\nendobj\ntrailer << /Info 1 0 R >>\n%%EOF\n"
)


def office(*, odt: bool = False) -> bytes:
    core = (
        b"<cp:coreProperties><dc:creator>planted-author</dc:creator><cp:lastModifiedBy>planted-editor</cp:lastModifiedBy>"
        b'<dcterms:created xsi:type="dcterms:W3CDTF">2024-05-06T07:08:09Z</dcterms:created></cp:coreProperties>'
    )
    meta = (
        b"<office:meta><meta:generator>planted-program</meta:generator><dc:creator>planted-author</dc:creator>"
        b"<dc:date>2024-05-06T07:08:09</dc:date></office:meta>"
    )
    if odt:
        return zipped({"mimetype": "application/vnd.oasis.opendocument.text", "meta.xml": meta})
    about = b"<ap:Properties><ap:Application>planted-program</ap:Application></ap:Properties>"
    parts: dict[str, bytes | str] = {"[Content_Types].xml": "<Types/>", "docProps/core.xml": core}
    return zipped({**parts, "docProps/app.xml": about, "word/media/image1.jpeg": jpeg()})


def zipped(entries: Mapping[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return out.getvalue()
