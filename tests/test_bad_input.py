"""Input nobody wished for, through the real command line: a sentence, a prompt of what there is, 0 or 2.

Never a traceback of ours, and never more time or memory than a patient user has.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from failing import MEAN as MAIN
from failing import MEAN_TRACE as TRACE
from repositories import Builder

SECONDS = 240
"""How long one command may take on a machine that does other things too."""
MEGABYTES = 400
ELSEWHERE = TRACE.replace("/srv/shop/app/main.py", "/opt/tool/cli.py")
posix = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX files")


@dataclass(frozen=True)
class Answer:
    """What came of one command."""

    code: int
    out: str
    err: str
    megabytes: float
    """The most memory it held."""

    @property
    def last_line(self) -> str:
        """The prompt's last line."""
        return self.out.rstrip("\n").rpartition("\n")[2]


_MEASURE = """\
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdin=sys.stdin)
sys.stderr.write(f"\\n{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss}")
sys.exit(done.returncode)
"""


def prompt(*words: str | Path, cwd: Path, stdin: bytes = b"", hide: str = "") -> Answer:
    """Run ``crimescene prompt``, without the Python module ``hide`` if one is named."""
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    if hide:
        (cwd.parent / "hidden").mkdir()
        (cwd.parent / "hidden" / "sitecustomize.py").write_text(_HIDE.format(name=hide))
        paths = [str(cwd.parent / "hidden"), os.environ.get("PYTHONPATH", "")]
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    command = [sys.executable, "-m", "crimescene", "prompt", *map(str, words)]
    measured = sys.platform != "win32"
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, *command] if measured else command,
        cwd=cwd,
        env=environment,
        input=stdin,
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    out, err = done.stdout.decode(), done.stderr.decode()
    err, _, peak = err.rpartition("\n") if measured else (err, "", "0")
    assert done.returncode in (0, 2), err
    assert "Traceback" not in err
    assert "internal error" not in err
    kilobytes = int(peak) / (1024 if sys.platform == "darwin" else 1)
    return Answer(done.returncode, out.replace("\r\n", "\n"), err.rstrip("\n"), kilobytes / 1024)


_HIDE = """\
import importlib.util

found = importlib.util.find_spec
hidden = ({name!r}, "tree_sitter_language_pack")
importlib.util.find_spec = lambda name, *rest: None if name.startswith(hidden) else found(name, *rest)
"""


@pytest.fixture
def shop(tmp_path: Path) -> Builder:
    """A repository with one program, and its trace beside it in ``trace.log``."""
    builder = Builder(tmp_path / "shop")
    builder.commit({"app/main.py": MAIN}, "Open the shop", hours_ago=300)
    (tmp_path / "trace.log").write_text(TRACE)
    return builder


def refused(answer: Answer, *parts: str) -> None:
    """Exit code 2, no prompt, and one sentence that holds all of ``parts``."""
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("crimescene: ")
    assert answer.err.count("\n") == 0
    assert all(part in answer.err for part in parts), answer.err


def served(answer: Answer, *parts: str) -> None:
    """Exit code 0 and the prompt of the error; its last line holds all of ``parts``."""
    assert answer.code == 0, answer.err
    assert answer.out.startswith("# ZeroDivisionError: division by zero\n")
    assert "\nZeroDivisionError: division by zero" in answer.out
    assert answer.last_line.startswith("Left out: ")
    assert all(part in answer.last_line for part in parts), answer.last_line


def shown(answer: Answer) -> bool:
    """Whether the function that raised is in the prompt."""
    return "→   return sum(items) / len(items)" in answer.out


# --------------------------------------------------------------------------- the text


def test_no_trace(shop: Builder) -> None:
    """Text without a trace is answered with what to paste."""
    answer = prompt("-", cwd=shop.root, stdin=b"Everything is fine.\n")
    refused(answer, "No stack trace was found", "from the error's first line on", "--at FILE:LINE")


@pytest.mark.parametrize("text", [b"", b"\n \n\t\n", b"\xef\xbb\xbf"])
def test_empty(shop: Builder, text: bytes) -> None:
    """An empty text is most often an error that went to stderr."""
    refused(prompt("-", cwd=shop.root, stdin=text), "is empty", "2>&1", "crimescene run")
    log = shop.root / "empty.log"
    log.write_bytes(text)
    refused(prompt(log, cwd=shop.root), "is empty", "2>&1")


def test_binary(shop: Builder) -> None:
    """A program or a picture is no log."""
    refused(prompt(sys.executable, cwd=shop.root), "binary data", "give the log")


def test_binary_around_a_trace(shop: Builder) -> None:
    """A core dump or a database may still hold the trace."""
    noise = bytes(range(256)) * 40
    served(prompt("-", cwd=shop.root, stdin=noise + b"\n" + TRACE.encode() + noise))


@pytest.mark.parametrize(
    "line",
    [
        "2026-01-01 12:00:00,123 INFO shop.web request 1234 GET /cart/17 took 12 ms at app/main.py:7\n",
        TRACE.replace("division by zero", "another time") + "\n",
        "x" * 999_999 + "\n",
        "y" * 20_000_000,
    ],
    ids=["lines", "traces", "long lines", "no line ends"],
)
def test_fifty_megabytes(tmp_path: Path, shop: Builder, line: str) -> None:
    """Of a giant log the end is read; it costs neither much memory nor much time."""
    log = tmp_path / "giant.log"
    with log.open("w") as file:
        while file.tell() < 50_000_000:
            file.write(line * (1 + 1_000_000 // len(line)))
        file.write("\n" + TRACE)
    begun = time.monotonic()
    answer = prompt(log, cwd=shop.root)
    served(answer)
    assert shown(answer)
    assert "read the last 16 MB" in answer.err
    assert answer.megabytes < MEGABYTES
    assert time.monotonic() - begun < SECONDS / 2


def test_giant_pipe(shop: Builder) -> None:
    """The same from a pipe, which cannot be read from its end."""
    answer = prompt("-", cwd=shop.root, stdin=b"noise " * 9_000_000 + b"\n" + TRACE.encode())
    served(answer)
    assert "MB before them were left out" in answer.err
    assert answer.megabytes < MEGABYTES


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_other_encodings(shop: Builder, encoding: str) -> None:
    """PowerShell writes UTF-16, some editors a byte order mark."""
    served(prompt("-", cwd=shop.root, stdin=TRACE.encode(encoding)))


def test_mixed_encodings(shop: Builder) -> None:
    """Bytes that are no UTF-8 are replaced, which is said; the rest stays as it is."""
    text = TRACE.replace("division by zero", "division by zero: caf?, Grüße").encode().replace(b"?", b"\xe9")
    answer = prompt("-", cwd=shop.root, stdin=text)
    assert "# ZeroDivisionError: division by zero: caf\ufffd, Grüße\n" in answer.out
    assert "not all UTF-8: 1 sign" in answer.err


def test_source_in_another_encoding(shop: Builder) -> None:
    """Code that is no UTF-8 is shown as far as it can be read."""
    shop.write({"app/main.py": MAIN.replace("The mean", "La donn\xe9e").encode("latin-1")})
    answer = prompt(shop.root.parent / "trace.log", cwd=shop.root)
    served(answer, "app/main.py is not UTF-8", "\ufffd")
    assert "La donn\ufffde" in answer.out


def test_source_in_utf_16(shop: Builder) -> None:
    """Code in UTF-16 would be read wrongly, so it is named in place."""
    shop.write({"app/main.py": MAIN.encode("utf-16")})
    answer = prompt(shop.root.parent / "trace.log", cwd=shop.root)
    served(answer, "app/main.py is binary data or UTF-16 text", "UTF-8")
    assert "raised at app/main.py:3, which is not shown" in answer.out


# --------------------------------------------------------------------------- files that are none


def test_missing_file(shop: Builder) -> None:
    """A wrong name is told from an unreadable file."""
    refused(prompt("trace.log", cwd=shop.root), "trace.log cannot be read: No such file", "standard input")


def test_folder(shop: Builder) -> None:
    """A folder is not searched for logs."""
    answer = prompt("app", cwd=shop.root)
    refused(answer, "app cannot be read: ", "give the file that holds the failure")


@posix
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read everything")
def test_unreadable(shop: Builder) -> None:
    """Without permission neither the log nor the code is read, and both are said."""
    log = shop.root.parent / "trace.log"
    (shop.root / "app" / "main.py").chmod(0)
    served(prompt(log, cwd=shop.root), "app/main.py may not be read: permission denied")
    log.chmod(0)
    refused(prompt(log, cwd=shop.root), "trace.log cannot be read: Permission denied")


@posix
def test_code_that_is_a_folder(shop: Builder) -> None:
    """A submodule or a folder where the trace says file: named, not read."""
    shop.write({"app/main.py": None})
    (shop.root / "app" / "main.py").mkdir()
    answer = prompt(shop.root.parent / "trace.log", cwd=shop.root)
    served(answer, "app/main.py is a folder")


@posix
def test_fifo(shop: Builder) -> None:
    """A pipe is waited for while somebody may write to it, and no longer."""
    pipe = shop.root.parent / "pipe"
    os.mkfifo(pipe)
    refused(prompt(pipe, cwd=shop.root), "pipe that nobody writes to")

    def write() -> None:
        time.sleep(0.5)
        pipe.write_text(TRACE)

    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    served(prompt(pipe, cwd=shop.root))
    writer.join()


@posix
def test_code_that_is_a_fifo(shop: Builder) -> None:
    """A pipe among the sources is not opened."""
    shop.write({"app/main.py": None})
    os.mkfifo(shop.root / "app" / "main.py")
    answer = prompt(shop.root.parent / "trace.log", cwd=shop.root)
    served(answer, "app/main.py is a pipe")
    at = prompt("--at", "app/main.py:3", cwd=shop.root)
    refused(at, "app/main.py: not a regular file")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no /proc here")
@pytest.mark.parametrize("path", ["/proc/kmsg", "/proc/self/status", "/dev/zero", "/proc/self/mem"])
def test_kernel_files(shop: Builder, path: str) -> None:
    """What the kernel makes up may block or never end."""
    refused(prompt(path, cwd=shop.root), f"{path} cannot be read: ")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no /proc here")
def test_code_in_proc(shop: Builder) -> None:
    """A link from the sources into /proc, or out of the workspace anywhere, is not followed."""
    shop.write({"app/main.py": None})
    (shop.root / "app" / "main.py").symlink_to("/proc/self/environ")
    answer = prompt(shop.root.parent / "trace.log", cwd=shop.root)
    served(answer, "app/main.py leads out of the workspace")
    assert "PATH=" not in answer.out


def test_large_source(shop: Builder) -> None:
    """A file beyond the limit is named with its size and the setting."""
    shop.write({"app/main.py": MAIN + "# filler\n" * 300_000})
    answer = prompt(shop.root.parent / "trace.log", cwd=shop.root)
    served(answer, "app/main.py is 2,700,130 bytes long", "maxFileBytes")


# --------------------------------------------------------------------------- repositories


def test_no_repository(tmp_path: Path) -> None:
    """Without git there are no changes to tell, and that is said."""
    (tmp_path / "shop" / "app").mkdir(parents=True)
    (tmp_path / "shop" / "app" / "main.py").write_text(MAIN)
    answer = prompt("-", cwd=tmp_path / "shop", stdin=TRACE.encode())
    served(answer, "recent changes (this folder is in no git repository)")
    assert shown(answer)


def test_bare_repository(shop: Builder, tmp_path: Path) -> None:
    """A repository without files has no code and no changes to show."""
    shop.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    answer = prompt(tmp_path / "trace.log", cwd=tmp_path / "bare.git")
    served(answer, "in no work tree of its repository", "git worktree add", "code (none of its 3 frames")


def test_shallow_clone(shop: Builder, tmp_path: Path) -> None:
    """What was cut off is not known, and one command brings it."""
    shop.commit({"README.md": "# Shop\n"}, "Describe", hours_ago=-200_000)  # as if just now, on any clock
    shop.git("clone", "-q", "--depth", "1", shop.root.as_uri(), str(tmp_path / "clone"))
    answer = prompt(tmp_path / "trace.log", cwd=tmp_path / "clone")
    served(answer)
    assert shown(answer)
    assert "This clone is shallow: `git fetch --unshallow` brings what changed before" in answer.out
    assert "No function of this call chain changed" not in answer.out


def test_detached_head(shop: Builder) -> None:
    """No branch is needed."""
    shop.git("checkout", "-q", "--detach")
    answer = prompt(shop.root.parent / "trace.log", cwd=shop.root)
    served(answer)
    assert "`mean` and `run` (main.py) last changed" in answer.out


def test_submodule(shop: Builder, tmp_path: Path) -> None:
    """A submodule has its own history; the project around it has its files."""
    outer = Builder(tmp_path / "outer")
    outer.git("submodule", "--quiet", "add", str(shop.root), "libs/shop")
    outer.commit({"README.md": "# Outer\n"}, "Begin", hours_ago=10)
    inside = prompt(tmp_path / "trace.log", cwd=outer.root / "libs" / "shop")
    served(inside)
    assert "last changed" in inside.out
    around = prompt(tmp_path / "trace.log", cwd=outer.root)
    served(around)
    assert shown(around)
    assert "libs/shop/app/main.py" in around.out


def test_worktree(shop: Builder, tmp_path: Path) -> None:
    """A linked work tree is a project like any other."""
    shop.git("worktree", "add", "-q", str(tmp_path / "linked"), "-b", "linked")
    answer = prompt(tmp_path / "trace.log", cwd=tmp_path / "linked")
    served(answer)
    assert "last changed" in answer.out
    assert (tmp_path / "linked" / ".crimescene").is_dir()


def test_broken_repository(shop: Builder) -> None:
    """A damaged repository costs the history, not the code."""
    (shop.root / ".git" / "HEAD").write_text("nonsense\n")
    answer = prompt(shop.root.parent / "trace.log", cwd=shop.root)
    served(answer, "recent changes (")
    assert shown(answer)


# --------------------------------------------------------------------------- frames, languages, budgets


def test_frames_outside_the_workspace(shop: Builder) -> None:
    """A trace through other folders is shown whole, with what would find its code."""
    answer = prompt("-", cwd=shop.root, stdin=ELSEWHERE.encode())
    served(answer, "code (none of its 3 frames is a file of this folder", "--root", "pathMappings")
    assert "none of its frames lies in this workspace" in answer.out


def test_unknown_language(shop: Builder) -> None:
    """Without a grammar the lines around the place are shown."""
    shop.write({"app/till.plc": "PROGRAM till\n  OPEN drawer\n  COUNT money\nEND\n"})
    answer = prompt("-", cwd=shop.root, stdin=b"app/till.plc:3:3: error: money is not defined\n")
    assert answer.code == 0
    assert "→ " in answer.out
    assert "COUNT money" in answer.out
    assert "app/till.plc is in a language without a grammar here" in answer.last_line


def test_missing_grammar(shop: Builder) -> None:
    """A known language whose grammar is not installed: the package that brings it is named."""
    answer = prompt(shop.root.parent / "trace.log", cwd=shop.root, hide="tree_sitter_python")
    served(answer, "app/main.py is not analysed", "tree-sitter-python", "pip install")
    assert "return sum(items) / len(items)" in answer.out


@pytest.mark.parametrize("budget", ["1", "8", "20", "40"])
def test_budget_too_small(shop: Builder, budget: str) -> None:
    """A budget that cannot hold the message is kept all the same, and what is missing is said."""
    log = shop.root.parent / "trace.log"
    log.write_text(TRACE.replace("by zero", "by zero, " + "which nobody expected, " * 20))
    answer = prompt(log, "--budget", budget, cwd=shop.root)
    assert answer.code == 0
    assert len(answer.out) <= 4 * int(budget) + 1
    said = answer.out + answer.err  # on stderr what has no room in the prompt
    assert f"budget of {budget} token" in said
    assert "too small for the error message: 745 characters of error text, saved in .crimescene/" in said


def test_line_beyond_the_end(shop: Builder) -> None:
    """A line that the file does not have is said; the file is shown."""
    answer = prompt("--at", "app/main.py:999", cwd=shop.root)
    assert answer.code == 0
    assert "app/main.py has 10 lines, no line 999" in answer.last_line


@posix
def test_no_current_folder(tmp_path: Path) -> None:
    """A folder that was deleted under the user's feet is said."""
    gone = tmp_path / "gone"
    gone.mkdir()
    script = f'cd "{gone}" && rmdir "{gone}" && "{sys.executable}" -m crimescene prompt - </dev/null'
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False, timeout=SECONDS)
    assert done.returncode == 2
    assert "The current folder is gone" in done.stderr
