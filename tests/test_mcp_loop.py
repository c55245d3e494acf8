"""An agent that has nothing but the tools closes a bug: the loop over real programs that really fail."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import scenes
from agents import talk

ORDERS = "hooks/useOrders.ts"
COMMAND = "npm start --silent -- c-2"


def run(root: Path, command: str) -> tuple[int, str]:
    """Build and run the program; exit code and what it printed."""
    done = subprocess.run(  # noqa: S602 -- our own words
        f"npm run build --silent >build.log 2>&1 && {command}",
        shell=True,
        cwd=root,
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def storefront(tmp_path: Path) -> Path:
    """The storefront, made ready to run; skipped where its packages cannot be had."""
    if shutil.which("npm") is None:
        pytest.skip("needs npm")
    root = scenes.build("order_history", tmp_path).root
    ready = subprocess.run(
        ["npm", "install", "--silent", "--no-package-lock"], cwd=root, check=False, timeout=200
    )
    if ready.returncode:
        pytest.skip("npm cannot install the packages of the program")
    return root


def edit(root: Path, path: str, old: str, new: str) -> None:
    """Change one place of a file."""
    text = (root / path).read_text()
    assert text.count(old) == 1
    (root / path).write_text(text.replace(old, new))


@pytest.mark.skipif(sys.platform == "win32", reason="the program's scripts are for a POSIX shell")
def test_order_history(storefront: Path) -> None:
    """Prompt, wrong fix, what it taught, logging, the first wrong value, right fix, gone."""

    async def conversation(agent):
        code, output = run(storefront, COMMAND)
        assert code
        first = await agent.call("build_debug_prompt", trace=output, command=COMMAND, exit_code=code)
        assert first.text.startswith("# TypeError: Cannot read properties of undefined (reading 'length')\n")
        assert "hooks/useOrders.ts" in first.text

        edit(storefront, "components/OrderHistory.tsx", "orders.length === 0", "orders?.length === 0")
        checked = await agent.call(
            "review_answer", answer="`OrderHistori` in components/Nope.tsx reads too early."
        )
        assert "Nope.tsx" in checked.text
        noted = await agent.call("record_attempt", hypothesis="the component reads too early")
        assert not noted.refused, noted.text
        code, output = run(storefront, COMMAND)
        assert code
        second = await agent.call("build_debug_prompt", trace=output, command=COMMAND, exit_code=code)
        assert "## Already tried" in second.text
        assert "the component reads too early" in second.text
        edit(storefront, "components/OrderHistory.tsx", "orders?.length === 0", "orders.length === 0")
        code, output = run(storefront, COMMAND)

        before = {p: (storefront / p).read_bytes() for p in (ORDERS, "components/OrderHistory.tsx")}
        planned = await agent.call("suggest_logging", trace=output)
        inserted = await agent.call("insert_logging", trace=output)
        assert not planned.refused
        assert ORDERS in inserted.text
        assert (storefront / ORDERS).read_bytes() != before[ORDERS]
        run(storefront, COMMAND)
        trail = await agent.call("read_logs")
        suspicious = next(line for line in trail.text.splitlines() if "first suspicious" in line)
        assert f"{ORDERS}:10 | orders | null" in suspicious
        removed = await agent.call("remove_logging")
        assert not removed.refused
        assert {p: (storefront / p).read_bytes() for p in before} == before

        edit(
            storefront,
            ORDERS,
            "  if (orders) {\n    cache.set(customerId, orders);\n  }\n",
            "  cache.set(customerId, orders ?? []);\n",
        )
        await agent.call("record_attempt", hypothesis="null of the API is never put into the cache")
        code, output = run(storefront, COMMAND)
        assert (code, "has no orders yet" in output) == (0, True), output
        gone = await agent.call("record_attempt", command=COMMAND, passed=True)
        assert not gone.refused
        return gone.text

    assert talk(storefront, conversation).startswith("Gone")
