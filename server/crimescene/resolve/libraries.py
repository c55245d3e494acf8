"""Which frames are a runtime's or an installed package's, and not the application's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crimescene.resolve.paths import below, is_absolute, plain_path

if TYPE_CHECKING:
    from crimescene.model import Frame
    from crimescene.resolve.files import Files

_LIBRARY = re.compile(
    r"(?:^|/)(?:site-packages|dist-packages|node_modules|\.cargo/(?:registry|git)|go/pkg/mod|\.m2/repository"
    r"|jspm_packages|bower_components|\.gradle/caches|\.rustup|\.pyenv/versions|\.rbenv/versions|\.rvm/gems"
    r"|\.nuget/packages|\.pub-cache|hostedtoolcache|nix/store|Pods|ruby/gems/[\d.]+/gems|bundle/gems)/"
    r"|^<frozen |^<[\w ]+>$|^(?:node|bun|deno|ext|jsr|npm):|^native |/rustc/[0-9a-f]{7,}/"
    r"|^internal/[\w/-]+(?:\.js)?$|^webpack/(?:bootstrap|runtime)|\(webpack\)/"
    r"|/lib(?:64)?/python\d(?:\.\d+)?/|/Python\.framework/|/usr/(?:local/)?(?:lib|share|include)/"
    r"|/usr/local/go/src/|/libexec/src/|/\.local/share/(?:uv|pipx|virtualenv)/"
    r"|^https://(?:deno\.land|esm\.sh|unpkg\.com|cdn\.jsdelivr\.net|cdnjs\.cloudflare\.com)/"
)
_VENDOR = re.compile(r"(?:^|(?<=/))vendor/")
_VENDORED = ("modules.txt", "autoload.php", "bundle/", "composer/installed.json")
"""What stands in a folder named vendor that Go, PHP or Ruby filled; others may be a project's own."""
_JAVA_LIBRARY = re.compile(
    r"^(?:java|javax|jdk|sun|com\.sun|kotlin|kotlinx|scala|groovy|jakarta|dalvik|android)\."
    r"|^org\.(?:junit|testng|gradle|apache\.maven|codehaus\.groovy|hamcrest|assertj)\."
)
JVM_SUFFIXES = (".java", ".kt", ".kts", ".scala", ".groovy", ".clj")
GO_STANDARD = frozenset(
    {"archive", "bufio", "bytes", "compress", "container", "context", "crypto", "database", "encoding"}
    | {"errors", "flag", "fmt", "hash", "html", "image", "internal", "io", "iter", "log", "maps", "math"}
    | {"mime", "net", "os", "path", "plugin", "reflect", "regexp", "runtime", "slices", "sort", "strconv"}
    | {"strings", "sync", "syscall", "testing", "text", "time", "unicode", "unique", "unsafe", "weak"}
)
"""First parts of the import paths of Go's own packages, which ``-trimpath`` leaves without a folder."""


def is_library(frame: Frame) -> bool:
    """Whether the frame lies in a runtime or an installed package, judged by its text alone."""
    path = (frame.path or "").replace("\\", "/")
    if _LIBRARY.search(path):
        return True
    return path.endswith(JVM_SUFFIXES) and bool(_JAVA_LIBRARY.match(frame.function or ""))


def in_library(path: str, files: Files) -> bool:
    """Whether a file of the workspace belongs to a package that was installed or copied into it."""
    if _LIBRARY.search("/" + path):
        return True
    heads = (path[: match.end()] for match in _VENDOR.finditer(path))
    return any(
        path.startswith(head + mark) if mark.endswith("/") else head + mark in files.known
        for head in heads
        for mark in _VENDORED
    )


def library_path(frame: Frame, files: Files) -> str | None:
    """Where in the workspace a library frame's file would be, whether or not it is listed there.

    Git does not list installed packages; None where the path leads elsewhere.
    """
    if not frame.path or frame.lineno is None or not is_library(frame):
        return None
    path = plain_path(frame.path)
    inside = below(path, files.root)
    relative = not is_absolute(path) and not path.startswith(("../", "<"))
    inside = path if inside is None and relative else inside
    return inside if inside and in_library(inside, files) else None
