"""Does an assistant's answer fit the failure? What it names must exist; what it claims should have evidence.

Deterministic and offline. Everything is looked up in the workspace; an identifier counts as invented only if
it stands nowhere: not in the files of the chain, not in the trace, not in the workspace's words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crimescene import judge
from crimescene.languages import language_for
from crimescene.prompt import plain
from crimescene.review import mentions
from crimescene.review.language import KNOWN_NAMES, python_names

if TYPE_CHECKING:
    from collections.abc import Collection

    from crimescene.judge import Evidence, Verdict
    from crimescene.workspace import Workspace

__all__ = ["Finding", "Review", "Subject", "markdown", "review"]


@dataclass(frozen=True, slots=True)
class Subject:
    """What the answer is about."""

    evidence: Evidence
    prompt: str = ""
    """What the assistant was given."""
    trace: str = ""
    changed: tuple[str, ...] = ()
    """Paths of recent changes on the chain."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about the answer."""

    kind: str
    """invented | off the chain | generic | missing"""
    text: str
    """A sentence without a full stop."""
    lineno: int = 0
    """In the answer; 0 for the whole of it."""


@dataclass(frozen=True, slots=True)
class Review:
    """What was found."""

    findings: tuple[Finding, ...]
    grounded: int
    """Sentences that name something of the failure."""
    generic: int
    """Sentences of advice without anything one could check."""
    confirmed: tuple[str, ...]
    """What the answer names that exists."""
    question: str
    """What to send back; empty where nothing needs to be asked."""
    verdict: Verdict | None = None
    """On the diff in the answer, if there is one."""
    on_chain: tuple[str, ...] = ()
    """Of what exists, that which this failure runs through."""
    given: tuple[str, ...] = ()
    """Of what exists, that which the prompt showed."""

    @property
    def invented(self) -> list[str]:
        """What the answer names that does not exist."""
        return [f.text for f in self.findings if f.kind == "invented"]


_TELLING = 8
"""Characters of a line that is recognised where it is quoted."""
_WORD = re.compile(r"[A-Za-z_$][\w$]*")
_MOST_BYTES = 80_000_000
"""Of the workspace that is searched for a name."""
_GENERIC = re.compile(
    r"\b(?:make sure|ensure that|it might be|might be (?:caused|due)|could be (?:caused|due)"
    r"|it is possible|possibly|perhaps"
    r"|double[- ]check|check (?:that|if|whether|your)|consider (?:adding|using)|try (?:to|adding"
    r"|updating|reinstalling)|best practice"
    r"|in general|typically|usually|often|common(?:ly)? (?:cause|issue|problem|mistake)"
    r"|there (?:may|might|could) be|you (?:may|might) want"
    r"|verify (?:that|your)|review your|add (?:proper )?(?:error handling|validation|null checks?"
    r"|logging)|defensive"
    r"|update your dependencies|clear (?:the|your) cache|restart)\b",
    re.IGNORECASE,
)


def review(text: str, subject: Subject, workspace: Workspace) -> Review:
    """Review an answer: what it names is looked up, what it leaves out is asked for."""
    answer = mentions.read(text)
    if answer.diff and not answer.sentences:
        return _of_change(answer, subject, workspace)
    files = _Files(workspace, subject)
    names = {part for m in answer.mentions if m.kind == "name" for part in _parts(m.text)}
    files.words |= (made := mentions.defined(answer))
    files.members |= made
    files.look_for(names, besides=text.encode("utf-8", "replace").strip())
    found: list[Finding] = []
    confirmed: dict[str, None] = {}
    for m in answer.mentions:
        finding = _checked(m, files)
        if finding is None:
            confirmed[m.text] = None
        elif not m.is_new and finding not in found:
            found.append(finding)
    grounded = generic = 0
    for lineno, sentence in answer.sentences:
        named = files.names_evidence(sentence)
        grounded += named
        if not named and _GENERIC.search(sentence):
            generic += 1
            found.append(Finding("generic", f"“{sentence[:90]}” names nothing one could check", lineno))
    said = text + answer.code
    found += _missing(said, answer, files)
    verdict = judge.examined(answer.diff, workspace, subject.evidence) if answer.diff else None
    question = _question(found, subject, answer, verdict) if found or grounded == 0 else ""
    kinds = {m.text: m for m in answer.mentions}
    on_chain = tuple(name for name in confirmed if files.is_on_chain(kinds[name]))
    given = tuple(name for name in confirmed if files.is_given(kinds[name]))
    return Review(tuple(found), grounded, generic, tuple(confirmed), question, verdict, on_chain, given)


def _of_change(answer: mentions.Answer, subject: Subject, workspace: Workspace) -> Review:
    """The review of a diff that nobody says anything about: there is no explanation to check."""
    verdict = judge.examined(answer.diff, workspace, subject.evidence)
    question = _question((), subject, answer, verdict) if verdict.verdict == judge.HUSHES else ""
    return Review((), 0, 0, (), question, verdict)


class _Files:
    """What exists, as far as an answer may name it."""

    def __init__(self, workspace: Workspace, subject: Subject) -> None:
        self.workspace = workspace
        self.subject = subject
        self.paths = tuple(workspace.files())
        self.by_name: dict[str, list[str]] = {}
        for path in self.paths:
            self.by_name.setdefault(path.rpartition("/")[2].lower(), []).append(path)
        code = [(workspace.read(p) or b"").decode("utf-8", "replace") for p in subject.evidence.chain]
        self.members = {w for text in (subject.trace, *code) for w in _WORD.findall(text)}
        """Names that something may have: words of code, and of what was printed."""
        self.words = self.members | set(_WORD.findall(subject.prompt))
        evidence = subject.evidence
        self.is_python = any(path.endswith((".py", ".pyi")) for path in subject.evidence.chain)
        self.telling = {name.rpartition(".")[2] for _, name, _, _ in evidence.functions}
        self.telling |= {s.expression for s in evidence.suspects}
        self.telling |= {p.rpartition("/")[2] for p in evidence.chain}
        self.telling |= {
            w for s in evidence.suspects for w in re.findall(r"[A-Za-z_$][\w$]{2,}", s.expression)
        }
        self.telling -= {""}

    def knows(self, word: str, *, member: bool = False) -> bool:
        """Whether it stands anywhere here, or need not; a member stands in code, or in a library."""
        here = word in (self.members if member else self.words)
        if here or word in KNOWN_NAMES or _is_ordinary(word):
            return True
        return self.is_python and word in python_names()

    def look_for(self, names: Collection[str], *, besides: bytes) -> None:
        """Look through the whole workspace for names that the chain does not hold; once for all of them.

        What the answer itself was saved as proves nothing.
        """
        left = {name.encode() for name in names if not self.knows(name, member=True)}
        read = 0
        for path in self.paths:
            if not left:
                return
            source = self.workspace.read(path) or b""
            source = b"" if source.strip() == besides else source
            read += len(source)
            found = {name for name in left if name in source}
            self.words |= {name.decode() for name in found}
            if language_for(path) is not None:
                self.members |= {name.decode() for name in found}
                left -= found
            if read > _MOST_BYTES:  # what was not looked at must not be called invented
                self.words |= {name.decode() for name in left}
                self.members |= {name.decode() for name in left}
                return

    def find(self, path: str) -> list[str]:
        """The files that a path may stand for: itself, or those that end so."""
        plain = re.sub(r"^(?:[ab]/|\./|/)+", "", path.replace("\\", "/"))
        named = self.by_name.get(plain.rpartition("/")[2].lower(), [])
        fits = [p for p in named if p.lower() == plain.lower() or p.lower().endswith("/" + plain.lower())]
        return fits or [p for p in named if plain.lower().endswith("/" + p.lower())]

    def line(self, path: str, lineno: int) -> str:
        """A line of the workspace; empty if there is none."""
        lines = (self.workspace.read(path) or b"").decode("utf-8", "replace").splitlines() if path else []
        return lines[lineno - 1] if 0 < lineno <= len(lines) else ""

    def is_on_chain(self, m: mentions.Mention) -> bool:
        """Whether the failure runs through what is named."""
        evidence = self.subject.evidence
        if m.kind == "name":
            return not self.telling.isdisjoint({m.text, *_parts(m.text)})
        paths = self.find(m.path if m.kind == "line" else m.text)
        return bool(set(paths) & set(evidence.chain))

    def is_given(self, m: mentions.Mention) -> bool:
        """Whether the prompt showed what is named."""
        name = m.text if m.kind == "path" else m.path if m.kind == "line" else _parts(m.text)[-1]
        return bool(name) and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", self.subject.prompt) is not None

    def names_evidence(self, sentence: str) -> bool:
        """Whether it names a function, file, line or value of the failure."""
        words = set(re.findall(r"[A-Za-z_$][\w$]*", sentence))
        code = {w for span in re.findall(r"`[^`]*`", sentence) for w in re.findall(r"[A-Za-z_$][\w$]*", span)}
        return any(
            name in sentence if re.search(r"\W", name) else name in (code if name.islower() else words)
            for name in self.telling
        ) or bool(re.search(r"\bline \d+|:\d+\b", sentence))


def _checked(m: mentions.Mention, files: _Files) -> Finding | None:
    """What is wrong with a mention; None if it exists."""
    if m.kind == "path":
        if files.find(m.text) or m.text in files.subject.prompt or m.text in files.subject.trace:
            return None
        return Finding("invented", f"`{m.text}` is no file of this workspace", m.lineno)
    if m.kind == "line":
        return _checked_line(m, files)
    first, *others = _parts(m.text) or [m.text]
    unknown = [] if files.knows(first) else [first]
    unknown += [p for p in others if not files.knows(p, member=True)]
    if not unknown:
        return None
    return Finding("invented", f"`{m.text}`: nothing here is called `{unknown[0]}`", m.lineno)


def _parts(name: str) -> list[str]:
    return [part for part in re.split(r"\.|::|->|\?\.|#", name) if part]


def _checked_line(m: mentions.Mention, files: _Files) -> Finding | None:
    paths = files.find(m.path) if m.path else list(files.subject.evidence.chain)
    if not paths:
        return None  # the file itself is reported
    longest = max(((files.workspace.read(p) or b"").count(b"\n") + 1 for p in paths), default=0)
    if m.number <= longest:
        return None
    where = m.path or "the files of the chain"
    return Finding("invented", f"{where} has no line {m.number:,} (its last is {longest:,})", m.lineno)


def _is_ordinary(word: str) -> bool:
    """A word of prose or a literal in code style: `true`, `404`, `GET`."""
    return len(word) < 2 or (bool(re.fullmatch(r"[a-z]+|[A-Z]{1,6}|\d\w*|__\w+__", word)) and len(word) <= 3)  # noqa: PLR2004 -- too short to be a claim


def _missing(said: str, answer: mentions.Answer, files: _Files) -> list[Finding]:
    """What an explanation of this failure would have to address."""
    found: list[Finding] = []
    subject = files.subject
    evidence = subject.evidence
    path, lineno = evidence.crash
    if path:
        name = path.rpartition("/")[2]
        inner = [
            f[1].rpartition(".")[2] for f in evidence.functions if f[0] == path and f[2] <= lineno <= f[3]
        ]
        thrown = re.sub(r"[\s;]+", "", files.line(path, lineno))
        quoted = len(thrown) > _TELLING and thrown in re.sub(r"[\s;]+", "", said)
        if (
            name not in said
            and not quoted
            and not any(re.search(rf"\b{re.escape(f)}\b", said) for f in inner if f)
        ):
            found.append(Finding("missing", f"the throwing line, {path}:{lineno}, is not addressed"))
    first = next((s for s in evidence.suspects if s.by_message), None)
    if first is not None:
        texts = [files.line(path, lineno), *(s.expression for s in evidence.suspects)]
        words = {w for text in texts for w in re.findall(r"[A-Za-z_$][\w$]{2,}", text)}
        if words and not any(re.search(rf"\b{re.escape(w)}\b", said) for w in words):
            found.append(Finding("missing", f"where `{first.expression}` got its value is not explained"))
    if subject.changed and not any(p.rpartition("/")[2] in said for p in subject.changed):
        names = ", ".join(subject.changed[:3])
        if not re.search(r"\b(?:recent|commit|changed|introduced|regress)\w*", said, re.IGNORECASE):
            found.append(Finding("missing", f"the recent change of {names} is not addressed"))
    touched = judge.touched(answer.diff)
    if touched and not set(touched) & set(evidence.chain):
        found.append(
            Finding("off the chain", f"the diff changes {', '.join(touched[:3])}, none on the chain")
        )
    return found


def _question(
    found: Collection[Finding], subject: Subject, answer: mentions.Answer, verdict: Verdict | None
) -> str:
    """What to send back to the assistant, ready to copy."""
    asks: list[str] = []
    invented = [f.text for f in found if f.kind == "invented"]
    if invented:
        asks.append(
            f"These do not exist: {'; '.join(invented[:5])}. Say what you meant, from the code I gave you."
        )
    path, lineno = subject.evidence.crash
    first = next((s.expression for s in subject.evidence.suspects if s.by_message), "")
    if any(f.kind == "missing" for f in found) or (answer.sentences and not answer.mentions):
        value = (
            f"which value `{first}` had there and where it was set"
            if first
            else "which value was wrong there"
        )
        asks.append(f"Explain {path}:{lineno} itself: {value}, with the line that shows it.")
    if any(f.kind == "missing" and "recent change" in f.text for f in found):
        asks.append(f"Does the recent change of {', '.join(subject.changed[:3])} matter? Why, or why not?")
    if any(f.kind == "generic" for f in found):
        asks.append("Leave out what would fit any program: give for each claim the line that shows it.")
    if verdict is not None and verdict.verdict == judge.HUSHES:
        asks.append(f"Your change {verdict.sentence}. Which change keeps the wrong value from arising?")
    return "\n".join(f"{n}. {ask}" for n, ask in enumerate(asks, 1))


def _existing(found: Review) -> list[str]:
    """What an answer names that exists, by how near it is to the failure."""
    rest = [name for name in found.confirmed if name not in found.on_chain]
    groups = (
        ("On the chain", list(found.on_chain)),
        ("In the prompt", [name for name in rest if name in found.given]),
        ("Not in the prompt", [name for name in rest if name not in found.given]),
    )
    return [f"- {said}: {', '.join(map(plain.code, names[:20]))}." for said, names in groups if names]


def markdown(found: Review) -> str:
    """The review as one reads it."""
    many = "sentence" if found.grounded == 1 else "sentences"
    counted = f"{found.grounded} {many} with evidence, {found.generic} generic"
    only_change = found.verdict is not None and not (found.grounded or found.findings or found.confirmed)
    out = [f"# Review: {'a change without an explanation' if only_change else counted}\n"]
    for kind, heading in (
        ("invented", "Does not exist"),
        ("missing", "Not addressed"),
        ("off the chain", "Elsewhere"),
        ("generic", "Generic"),
    ):
        lines = [
            f"- {plain.prose(f.text)}{f' (line {f.lineno} of the answer)' if f.lineno else ''}."
            for f in found.findings
            if f.kind == kind
        ]
        out += [f"## {heading}\n", *lines, ""] if lines else []
    if found.confirmed:
        out += ["## Exists\n", *_existing(found), ""]
    if found.verdict is not None:
        out += [f"## The change\n\n{judge.markdown(found.verdict)}"]
    if found.question:
        asks = (re.fullmatch(r"(\d+\. )(.*)", line) for line in found.question.splitlines())
        asked = "\n".join(f"{m[1]}{plain.prose(m[2])}" for m in asks if m)
        out += [f"## Send back\n\n{asked}\n"]
    return plain.visible("\n".join(out)).rstrip() + "\n"
