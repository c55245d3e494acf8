"""A value followed with log points in a real Neovim: planned, inserted, run, read back, prompted, removed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from test_editors import HERE, SECONDS, config, environment, missing

FILES = {
    "main.js": """\
const { processOrder } = require('./process');

const order = { id: 7, status: 'PAID', lines: [{ sku: 'tea', qty: 2 }] };
console.log(JSON.stringify(processOrder(order, { tea: 5 })));
""",
    "process.js": """\
const { updateInventory } = require('./stock');

function normalize(order) {
  order.lines.forEach((line) => {
    line.sku = line.sku.trim();
  });
  return { ...order, status: order.status.toUpperCase() };
}

function processOrder(order, stock) {
  const purchase = normalize(order);
  return updateInventory(purchase, stock);
}

module.exports = { processOrder };
""",
    "stock.js": """\
function updateInventory(sale, stock) {
  if (sale.status === 'paid') {
    sale.lines.forEach((line) => {
      stock[line.sku] -= line.qty;
    });
  }
  return stock;
}

module.exports = { updateInventory };
""",
}
PRINTED = '{"tea":5}\n'
"""What the program prints: the stock has not gone down, which is the bug."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with a program whose order is paid in vain."""
    root = tmp_path / "laden"
    root.mkdir()
    for name, text in FILES.items():
        (root / name).write_text(text, encoding="utf-8")
    subprocess.run(["git", "init", "--quiet", str(root)], check=True)
    return root


def test_neovim_follows_a_value(project: Path, tmp_path: Path) -> None:
    """The whole loop by commands alone; afterwards every file has its bytes."""
    if shutil.which("node") is None:
        missing("node")
    (tmp_path / "config.lua").write_text(config("Neovim", "lua"), encoding="utf-8")
    script = ["-c", f"luafile {tmp_path}/config.lua", "-c", f"luafile {HERE}/nvim_logs.lua"]
    done = subprocess.run(
        [shutil.which("nvim") or missing("nvim") or "", "--headless", "--clean", "-n", *script],
        cwd=project,
        env=environment(tmp_path, WS=str(project), PRINTED=PRINTED),
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )
    assert "ALL WELL" in done.stdout, done.stdout + done.stderr
    assert done.returncode == 0
    assert {name: (project / name).read_text(encoding="utf-8") for name in FILES} == FILES
