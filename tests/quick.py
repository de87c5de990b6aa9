"""`panah` that packs an instance's pages quickly: python -m tests.quick demo ..

To pack them best takes four seconds of the five in which an instance is made; only their weight gains.
"""

from __future__ import annotations

from service.cli import main
from service.site import build


def pack_quickly() -> None:
    pack = build.pack
    build.pack = lambda data, quick=False: pack(data, True)


if __name__ == "__main__":
    pack_quickly()
    main()
