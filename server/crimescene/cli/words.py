"""What the help of the command line says, apart from its options."""

from __future__ import annotations

OVERVIEW = """\
Crimescene turns a failing stack trace into a complete debug prompt: the whole
error, the functions on its chain with their callers and helpers, the recent
changes that meet them, expected and actual behavior. Everything stays on this
machine; paste the prompt into any assistant.
"""

EXAMPLES = """\
examples:
  crimescene run -- pytest -x              run the tests; if they fail, save the prompt
  crimescene run --copy -- npm test        the same, and put it on the clipboard
  crimescene prompt trace.log              the prompt for the failure in a log
  kubectl logs api | crimescene prompt -   the same from a pipe
  crimescene prompt --at src/cart.ts:42 --note "total is one cent off"
  crimescene demo                          see it work on a small failing project

exit codes:
  0  done
  1  a fault of Crimescene itself (CRIMESCENE_DEBUG=1 shows where)
  2  wrong usage, something only you can put right, or nothing found
  run keeps the exit code of its command (128 + n if signal n ended it,
  127 not found, 126 not executable)
"""

RUN = """\
Run a command as if typed by itself: same output, same exit code, colors and
Ctrl-C included. If it fails, its output becomes a debug prompt, saved in
.crimescene/ at the root.
"""

PROMPT = """\
Build the debug prompt for the failure in TRACE (a file, or - for stdin; of
several the first failed test, else the last error), for one line of code (--at),
or for a chain of files that a value travels through (--chain). The prompt goes to
stdout, one summary line to stderr, and a copy into .crimescene/ at the root.
"""

PROMPT_EXAMPLES = """\
examples:
  crimescene prompt trace.log --expected "the empty state" --since 3d
  crimescene prompt --chain api/orders.ts hooks/useOrders.ts components/OrderTable.tsx \\
      --note "right in the response, wrong on screen" --suspect hooks/useOrders.ts:12
  crimescene prompt trace.log --style mentions   for assistants that read files themselves
"""

SHAPE = """\
Follow data through Python, JavaScript, TypeScript, Java and Go without running it, and
print the hop at which what is produced stops matching what is read: a key that is
not there or is written another way, a list where an object is read, a promise
that nobody awaited, a date that became text. What cannot be decided is not
reported, but named as unknown where it would help to log it; --log does so. Without
FILE the whole workspace is looked at.
"""

DEMO = """\
Make a small git repository with a failing test in a temporary folder, run the
test, and print the prompt that its failure gives.
"""

REVIEW = """\
Check an assistant's answer against the failure it is about: whether the files,
lines and names in it exist, whether it addresses the throwing line, and whether
its diff treats the cause; and print what to ask back. Exit code 2 where it
names what does not exist.
"""

CASE = """\
A case is what is kept of one bug in .crimescene/: its trace and prompt, the runs
of its command, what was tried and what came of it. crimescene run keeps it.
"""

CALLERS = """\
List the calls of the function that holds FILE:LINE, the surest first, each with how
sure it is (exact, plausible, override, name) and why. What --depth adds is indented.
"""

LOGS = """\
Follow one value through the running program: plan where to look, insert log
statements that change nothing, run, read the values back, remove every byte.
"""

LOGS_EXAMPLES = """\
examples:
  crimescene logs insert order.status shop/orders.py:process shop/stock.py:update
  crimescene logs insert --trace trace.log --sink file
  crimescene logs read
  crimescene logs remove
"""

COMPLETION = """\
Print what teaches a shell to complete the commands, options and values of
crimescene. Nothing is written: put it where your shell looks, or load it at start.
"""

COMPLETION_EXAMPLES = """\
examples:
  source <(crimescene completion bash)     in ~/.bashrc
  source <(crimescene completion zsh)      in ~/.zshrc, after compinit
  crimescene completion fish | source      in ~/.config/fish/config.fish
"""
