"""The `panah` command."""

from __future__ import annotations

INTERRUPTED = 130


def main() -> None:
    try:
        # here, so that Ctrl-C while half a second of modules load is not a traceback
        from service.commands.panah import app
        from service.commands.terminal import speak_utf8

        speak_utf8()
        app()
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None


if __name__ == "__main__":
    main()
