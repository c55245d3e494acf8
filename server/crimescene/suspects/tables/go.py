"""What the Go runtime and its library panic with."""

from __future__ import annotations

from crimescene.suspects.rules import Rule

RULES = (
    Rule(r"assignment to entry in nil map", "map_written subscript", "is a nil map: nobody made it"),
    Rule(
        r"invalid memory address or nil pointer dereference|nil pointer",
        "pointers",
        "may be nil: its pointer is followed here",
    ),
    Rule(
        r"index out of range \[(?P<index>-?\d+)\](?: with length (?P<length>\d+))?",
        "subscript",
        "is shorter than index {index} asks for",
    ),
    Rule(r"slice bounds out of range \[(?P<bounds>[^\]]*)\]", "sliced subscript", "is shorter than the slice [{bounds}]"),
    Rule(r"cannot convert slice with length", "cast argument", "is shorter than the array"),
    Rule(r"integer divide by zero|division by zero", "divisor last_argument", "is zero here"),
    Rule(
        r"interface conversion: (?:interface .*?|\S+) is (?P<from>.+?), not (?P<type>\S+)",
        "cast",
        "holds a {from}, no {type}",
    ),
    Rule(r"interface conversion: .* is nil, not (?P<type>\S+)", "cast", "is nil"),
    Rule(r"interface conversion", "cast", "holds another type"),
    Rule(r"close of (?:closed|nil) channel", "argument", "is closed already, or nil", "close"),
    Rule(r"send on closed channel", "sent", "is closed already"),
    Rule(r"all goroutines are asleep - deadlock", "waited receiver", "is waited for, and nobody answers"),
    Rule(r"makeslice: (?:len|cap) out of range|makemap: size|makechan: size", "last_argument", "is no size", "make"),
    Rule(r"negative shift amount", "shifted", "is negative here"),
    Rule(r"sync: (?:unlock|RUnlock|Unlock) of unlocked|negative WaitGroup counter|WaitGroup is reused", "receiver", "is counted or unlocked once too often"),
    Rule(r"strings: negative Repeat count|negative count", "last_argument", "is negative here"),
    Rule(r"(?:strconv\.\w+|time|json|url|template|regexp)\S*: .*", "argument receiver thrown", "is not in the expected form", "Must\\w*|Atoi|Parse\\w*|Unmarshal|Compile"),
    Rule(r"reflect: call of .* on zero Value|reflect: .*", "receiver argument", "is not of the expected kind"),
    Rule(r"hash of unhashable type|comparing uncomparable type", "key compared", "cannot be compared"),
    Rule(r"stack overflow|stack exceeds", "callee", "calls itself without end"),
    Rule(r"non-positive interval|invalid argument to", "argument", "is out of range"),
    Rule(r"panic", "panicked", "is what it panics with"),
)
"""The more special message stands first."""
