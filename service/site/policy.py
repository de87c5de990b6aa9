"""The headers of each kind of page, as tight as the kind allows. The server sends exactly these."""

from __future__ import annotations

from typing import Final

Headers = dict[str, str]

NOTHING: Final = "default-src 'none'"
FRAMED: Final = "base-uri 'none'; frame-ancestors 'none'"
CLOSED: Final = f"form-action 'none'; {FRAMED}"
WITH_SCRIPT: Final = (
    f"{NOTHING}; script-src 'self'; style-src 'self'; connect-src 'self'; worker-src 'self'; img-src data:; {CLOSED}; "
    "require-trusted-types-for 'script'; trusted-types "
)
VIEWER: Final = "frame-src blob: 'self'; media-src data:"
FRAME: Final = (
    f"{NOTHING}; script-src {{script}}; style-src {{style}}; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'; sandbox allow-scripts; require-trusted-types-for 'script'; trusted-types 'none'"
)

# One static policy a kind. A worker brings its own: it holds the keys, and has no way to any network. It has no form
# and no base, and stands in no frame: of those it says nothing.
POLICIES: Final = {
    "submitter": WITH_SCRIPT + "panah",
    # what came as evidence is looked at in a sandboxed frame: made in the page, or one of the kind below
    "desk": f"{WITH_SCRIPT}panah-worker lit-html; {VIEWER}",
    # evidence that takes a script to be shown: of no origin wherever it is opened, with nothing to load or to ask
    "frame": FRAME,
    "film": f"{FRAME}; media-src blob:",  # that, and it plays a film that it was handed
    "text": f"{NOTHING}; style-src 'self'; img-src data:; {CLOSED}",
    "upload": f"{NOTHING}; style-src 'self'; img-src data:; form-action 'self'; {FRAMED}",
    "worker": f"{NOTHING}; require-trusted-types-for 'script'; trusted-types 'none'",
    "asset": "",  # no page: nothing can be loaded from it
}
PAGES: Final = ("submitter", "desk", "frame", "film", "text", "upload")

POWERS_OFF: Final = (
    "browsing-topics", "camera", "clipboard-read", "display-capture", "geolocation", "hid", "idle-detection",
    "microphone", "midi", "payment", "publickey-credentials-get", "serial", "usb",
)  # fmt: skip

TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css",  # read as the page is that asks for it: UTF-8
    ".js": "text/javascript",  # so is an old script; a module and a worker always are
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".ttf": "font/ttf",
    ".pfb": "application/octet-stream",
}


def _allowed(power: str, kind: str) -> str:
    """A person may record a voice note; the browser asks first."""
    return "(self)" if (power, kind) == ("microphone", "submitter") else "()"


def headers_of(name: str, kind: str, script: str = "", style: str = "") -> Headers:
    """`name` is the file's, for its content type; `script` and `style` are the hashes of a frame's."""
    headers = {
        "Content-Type": TYPES["." + name.rsplit(".", 1)[1]],
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if policy := POLICIES[kind]:
        headers["Content-Security-Policy"] = policy.format(script=script, style=style)
    if kind in PAGES:
        headers |= {
            "Cross-Origin-Opener-Policy": "same-origin",
            "Permissions-Policy": ", ".join(f"{power}={_allowed(power, kind)}" for power in POWERS_OFF),
            "Referrer-Policy": "no-referrer",
            "X-Frame-Options": "SAMEORIGIN" if kind in ("frame", "film") else "DENY",
        }
    return headers
