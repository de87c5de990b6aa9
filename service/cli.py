"""The `panah` command."""

from __future__ import annotations

import gc

INTERRUPTED = 130


def main() -> None:
    try:
        # here, so that Ctrl-C while a second of modules loads is not a traceback; nothing of them is garbage, and to
        # look for some takes a fifth of that second
        gc.disable()
        from service.commands.panah import app
        from service.commands.terminal import speak_utf8

        gc.enable()
        speak_utf8()
        app()
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None


if __name__ == "__main__":
    main()
