"""The real editors, headless, with the configuration that docs/editors.md gives their users.

``.ci/run`` installs what can be installed; elsewhere an editor that is not there is skipped, and says so.
With ``CI=true`` nothing may be skipped.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.timeout(280),
    pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX editors"),
]

HERE = Path(__file__).parent
DOCS = HERE.parent.parent / "docs" / "editors.md"
NEWER = "CRIMESCENE_EDITORS"
"""Variable that names a folder with the files of a newer Debian's editors, as ``install.sh`` makes it."""
MAIN = '''\
"""Was größer ist."""


def größe(items):
    """Add up what is there."""
    return sum(items) / len(items)


def läuft():
    return größe([])


läuft()
'''
TRACE = """\
Traceback (most recent call last):
  File "app/main.py", line 13, in <module>
    läuft()
  File "app/main.py", line 10, in läuft
    return größe([])
  File "app/main.py", line 6, in größe
    return sum(items) / len(items)
ZeroDivisionError: „größe“ 🦉
"""
SECONDS = 240


def missing(what: str) -> None:
    """Skip, visibly; fail where everything has to be there."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is not installed")
    pytest.skip(f"{what} is not installed; .ci/run installs it")


def config(editor: str, language: str, number: int = 0) -> str:
    """A block of a language under an editor's heading, as its users paste it."""
    text = DOCS.read_text(encoding="utf-8")
    section = re.search(rf"^## {editor}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert section, editor
    blocks = re.findall(rf"^```{language}\n(.*?)^```$", section[1], re.MULTILINE | re.DOTALL)
    return str(blocks[number])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with a program and a log of its failure."""
    root = tmp_path / "projekt"
    (root / "app").mkdir(parents=True)
    (root / "app" / "main.py").write_text(MAIN, encoding="utf-8")
    (root / "out.log").write_text(TRACE, encoding="utf-8")
    subprocess.run(["git", "init", "--quiet", str(root)], check=True)
    return root


def environment(tmp_path: Path, **more: str) -> dict[str, str]:
    """A home without anybody's configuration, and this Crimescene on the PATH."""
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    kept = {k: v for k, v in os.environ.items() if k in {"PYTHONPATH", "LANG"}}
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return {**kept, "HOME": str(home), "PATH": path, "TERM": "xterm-256color", "LANG": "C.UTF-8", **more}


def newer(program: str) -> list[str]:
    """The command that starts a program of a newer Debian with that Debian's own libraries."""
    folder = os.environ.get(NEWER, "")
    found = Path(folder) / "usr" / "bin" / program
    if not folder or not found.exists():
        missing(f"a current {program}")
    libraries = Path(folder) / "usr" / "lib" / f"{platform.machine()}-linux-gnu"
    (loader,) = libraries.glob("ld-linux*.so.*")
    return [str(loader), "--library-path", str(libraries), str(found)]


# --------------------------------------------------------------------------- Neovim


def in_neovim(which: str, script: str, root: Path, tmp_path: Path) -> None:
    """Run a script in Neovim with the configuration of the documentation."""
    (tmp_path / "config.lua").write_text(config("Neovim", "lua"), encoding="utf-8")
    more = {"WS": str(root)}
    if which == "current":
        folder = Path(os.environ.get(NEWER, "")) / "usr"
        more["VIMRUNTIME"] = str(folder / "share" / "nvim" / "runtime")
        command = [*newer("nvim"), "--cmd", f"set runtimepath+={folder}/lib/nvim"]
    else:
        command = [shutil.which("nvim") or missing("nvim") or ""]
    done = subprocess.run(
        [
            *command,
            "--headless",
            "--clean",
            "-n",
            "-c",
            f"luafile {tmp_path}/config.lua",
            "-c",
            f"luafile {HERE}/{script}",
        ],
        cwd=root,
        env=environment(tmp_path, **more),
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )
    assert "ALL WELL" in done.stdout, done.stdout + done.stderr
    assert done.returncode == 0


@pytest.mark.parametrize("which", ["installed", "current"])
def test_neovim(project: Path, tmp_path: Path, which: str) -> None:
    """Hover, definition, hints, code action, the mapping, unsaved and kept edits, a buffer without a name."""
    in_neovim(which, "nvim.lua", project, tmp_path)


@pytest.mark.parametrize("which", ["installed", "current"])
def test_neovim_order_table(tmp_path: Path, which: str) -> None:
    """No trace, only a wrong screen: the table of the shapes, the mark at the hop, the prompt."""
    root = tmp_path / "order_table"
    shutil.copytree(HERE.parent / "programs" / "order_table" / "tree", root)
    subprocess.run(["git", "init", "--quiet", str(root)], check=True)
    in_neovim(which, "shapes.lua", root, tmp_path)


@pytest.mark.parametrize("which", ["installed", "current"])
def test_neovim_call_hierarchy(tmp_path: Path, which: str) -> None:
    """Callers and callees in the quickfix list, by the editor's own commands, where it jumps to them."""
    root = tmp_path / "shop"
    root.mkdir()
    (root / "order.rb").write_text(ORDER, encoding="utf-8")
    (root / "cart.rb").write_text(CART, encoding="utf-8")
    subprocess.run(["git", "init", "--quiet", str(root)], check=True)
    in_neovim(which, "calls.lua", root, tmp_path)


ORDER = """\
class Order
  # The cursor stands in the name.
  def total(price)
    rate(price) * 2
  end

  def report(price)
    total(price).to_s
  end

  def rate(price)
    price
  end
end
"""
CART = """\
require_relative "order"

class Cart
  def pay(price)
    # Umlaute davor: größer als null
    order = Order.new
    sum = [1] + [order.total(price)]
    sum
  end
end
"""


# --------------------------------------------------------------------------- Emacs


@pytest.mark.parametrize("which", ["installed", "current"])
def test_emacs(project: Path, tmp_path: Path, which: str) -> None:
    """Hover, definition, code action, the command, unsaved and kept edits, through Eglot."""
    (tmp_path / "config.el").write_text(config("Emacs", "elisp"), encoding="utf-8")
    more = {"WS": str(project), "CONFIG": str(tmp_path / "config.el")}
    if which == "current":
        command = newer("emacs-nox")
        folder = Path(os.environ[NEWER]) / "usr"
        (dump,) = folder.glob("libexec/emacs/*/*/*.pdmp")
        (data,) = (folder / "share" / "emacs").glob("[0-9]*")
        command += ["--dump-file", str(dump)]
        places = {"LOADPATH": data / "lisp", "DATA": data / "etc", "DOC": data / "etc", "PATH": dump.parent}
        more |= {f"EMACS{name}": str(place) for name, place in places.items()}
    else:
        command = [shutil.which("emacs") or missing("emacs") or ""]
    done = subprocess.run(
        [*command, "-Q", "--batch", "-l", str(HERE / "emacs.el")],
        cwd=project,
        env=environment(tmp_path, **more),
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )
    assert "ALL WELL" in done.stdout, done.stdout + done.stderr
    assert done.returncode == 0


# --------------------------------------------------------------------------- Helix


class Screen:
    """A program in a terminal of its own, driven by keys and read from the screen."""

    def __init__(self, socket: Path, command: list[str], cwd: Path, env: dict[str, str]) -> None:
        self._tmux = ["tmux", "-S", str(socket), "-f", "/dev/null"]
        self._env = env
        self._run("new-session", "-d", "-x", "160", "-y", "50", "-c", str(cwd), *command)

    def _run(self, *words: str) -> str:
        command = [*self._tmux, *words]
        done = subprocess.run(
            command, env=self._env, capture_output=True, encoding="utf-8", timeout=60, check=True
        )
        return done.stdout

    def keys(self, *keys: str) -> None:
        """Press keys, as tmux names them."""
        for key in keys:  # one by one: Escape and what follows at once would be one key with Alt
            self._run("send-keys", key)
            time.sleep(0.15)

    def shown(self) -> str:
        """What is on the screen."""
        return self._run("capture-pane", "-p")

    def until(self, *texts: str, again: tuple[str, ...] = ()) -> str:
        """Wait until all texts are shown; presses ``again`` every three seconds meanwhile."""
        deadline = time.monotonic() + 60
        pressed = time.monotonic()
        while not all(text in (screen := self.shown()) for text in texts):
            assert time.monotonic() < deadline, f"{texts} not in\n{screen}"
            if again and time.monotonic() - pressed > 3:
                pressed = time.monotonic()
                self.keys(*again)
            time.sleep(0.1)
        return screen

    def close(self) -> None:
        """End it, whatever state it is in."""
        subprocess.run([*self._tmux, "kill-server"], env=self._env, capture_output=True, check=False)


def test_helix(project: Path, tmp_path: Path) -> None:
    """Hover, definition, hints, code action, the command and an unsaved change, on the screen."""
    command = newer("hx")
    if shutil.which("tmux") is None:
        missing("tmux")
    env = environment(tmp_path, HELIX_RUNTIME=str(Path(os.environ[NEWER]) / "usr" / "lib" / "hx" / "runtime"))
    folder = Path(env["HOME"]) / ".config" / "helix"
    folder.mkdir(parents=True)
    (folder / "languages.toml").write_text(config("Helix", "toml"), encoding="utf-8")
    more = '[editor]\nend-of-line-diagnostics = "hint"\n'
    (folder / "config.toml").write_text(more + config("Helix", "toml", 1), encoding="utf-8")
    (project / "nohup.txt").write_text(TRACE.replace("ZeroDivisionError", "KeyError"), encoding="utf-8")
    screen = Screen(tmp_path / "tmux", [*command, "out.log"], project, env)
    hover = ("Escape", "Escape", "Space", "k")
    try:
        screen.until("Traceback", "1:1")
        screen.keys("6", "g", "g", "Space", "k")
        screen.until("def größe(items)", "frame 1 of 3", again=hover)
        screen.keys("Escape", "g", "d")
        screen.until("main.py", "6:5")
        screen.until("ZeroDivisionError raised here")
        # What is typed and not saved counts, and takes the hint away.
        screen.keys("4", "g", "g", "t", ")", "a", ",", "Space", "r", "Escape")
        screen.until("def größe(items, r)", "[+]")
        screen.keys(":", "b", "p", "Enter")
        screen.until("out.log", "Traceback")
        screen.keys("6", "g", "g", "Space", "k")
        screen.until("def größe(items, r)", "frame 1 of 3", again=hover)
        screen.keys("Escape", "Space", "a")
        screen.until("Build debug prompt", "Copy as Markdown", again=("Escape", "Space", "a"))
        screen.keys("Enter")
        screen.until("# ZeroDivisionError: „größe“", "prompt.md")
        # The key of the documentation: workspace/executeCommand about the newest failure.
        screen.keys(":", "o", "Space", "n", "o", "h", "u", "p", ".", "t", "x", "t", "Enter")
        screen.until("KeyError: „größe“", "nohup.txt")
        screen.keys("Space", "m")
        screen.until("debug prompt,", "tokens")
    finally:
        screen.close()
    prompts = sorted(
        path.read_text(encoding="utf-8") for path in (project / ".crimescene").glob("*/prompt.md")
    )
    assert [prompt.split(":")[0] for prompt in prompts] == ["# KeyError", "# ZeroDivisionError"]
    assert "def größe(items, r)" in prompts[1]
