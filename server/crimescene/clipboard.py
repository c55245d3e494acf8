"""Text to the clipboard of whoever sits in front of the terminal."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys
from contextlib import suppress

from crimescene.model import UserError

_SECONDS = 10
_OSC_52_LIMIT = 100_000
"""Bytes of Base64 that terminals take in one sequence; xterm's limit is the narrowest in wide use."""


def copy(text: str, *, terminal: bool = True) -> str:
    """Put ``text`` on the clipboard; returns by which way, as a phrase.

    Without ``terminal`` it is left alone: somebody else draws on it.

    Over SSH the clipboard belongs to the terminal at the other end, so the terminal is asked first
    (OSC 52); elsewhere the desktop's tool. Raises ``UserError`` if there is no way.
    """
    tools = _tools()
    if _remote():
        tools = [tool for tool in tools if tool[0] == "tmux"]
    for tool in tools:
        # clip.exe takes bytes for the console's old code page unless a byte order mark says otherwise.
        data = text.encode("utf-16") if tool[0].startswith("clip") else text.encode("utf-8", "replace")
        if _feed(tool, data):
            return f"copied with {tool[0]}"
    if terminal and _ask_terminal(text):
        return "sent to the terminal's clipboard (OSC 52)"
    raise UserError(
        "Nothing here can reach a clipboard: install wl-clipboard, xclip or xsel, "
        "or use a terminal that knows OSC 52."
    )


def paste() -> str:
    """The text on the desktop's clipboard; empty where none can be reached."""
    ways = (
        (["pbpaste"], True),
        (["wl-paste", "--no-newline"], bool(os.environ.get("WAYLAND_DISPLAY"))),
        (["xclip", "-selection", "clipboard", "-o"], bool(os.environ.get("DISPLAY"))),
        (["xsel", "--clipboard", "--output"], bool(os.environ.get("DISPLAY"))),
        (["powershell.exe", "-NoProfile", "-Command", "Get-Clipboard -Raw"], True),
    )
    for words, here in ways:
        if here and (program := shutil.which(words[0])):
            with suppress(OSError, subprocess.SubprocessError):
                done = subprocess.run(
                    [program, *words[1:]],
                    capture_output=True,
                    check=True,
                    timeout=_SECONDS,
                    stdin=subprocess.DEVNULL,
                )
                return done.stdout.decode("utf-8", "replace")
    return ""


def _remote() -> bool:
    return any(os.environ.get(name) for name in ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"))


def _tools() -> list[list[str]]:
    """Commands that take the clipboard's new text on stdin, the most fitting first."""
    environment = os.environ
    found: list[list[str]] = []
    if environment.get("TMUX"):
        found.append(["tmux", "load-buffer", "-w", "-"])
    if sys.platform == "win32":
        found.append(["clip"])
    elif sys.platform == "darwin":
        found.append(["pbcopy"])
    else:
        if environment.get("WAYLAND_DISPLAY"):
            found.append(["wl-copy"])
        if environment.get("DISPLAY"):
            found += [["xclip", "-selection", "clipboard"], ["xsel", "--clipboard", "--input"]]
        if environment.get("WSL_DISTRO_NAME"):
            found.append(["clip.exe"])
        if "com.termux" in environment.get("PREFIX", ""):
            found.append(["termux-clipboard-set"])
    return [tool for tool in found if shutil.which(tool[0])]


def _feed(tool: list[str], data: bytes) -> bool:
    # The X11 and Wayland tools stay behind to serve the text: they must not hold our output open.
    with suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run(
            tool,
            input=data,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
        )
        return done.returncode == 0
    return False


def _ask_terminal(text: str) -> bool:
    encoded = base64.b64encode(text.encode("utf-8", "replace"))
    if len(encoded) > _OSC_52_LIMIT or os.environ.get("TERM") in {None, "", "dumb", "linux"}:
        return False
    sequence = b"\x1b]52;c;" + encoded + b"\x07"
    if os.environ.get("TMUX"):
        sequence = b"\x1bPtmux;" + sequence.replace(b"\x1b", b"\x1b\x1b") + b"\x1b\\"
    with suppress(OSError), open("/dev/tty", "wb", buffering=0) as terminal:  # noqa: PTH123 -- a device
        terminal.write(sequence)
        return True
    return False
