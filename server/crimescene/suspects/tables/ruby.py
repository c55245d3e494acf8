"""What CRuby says; before 3.4 names stand between a backtick and a quote."""

from __future__ import annotations

from crimescene.suspects.rules import Rule

RULES = (
    Rule(r"undefined method [`']\[\]=?' for nil", "subscript", "is nil"),
    Rule(
        r"undefined method [`'](?P<operator>[-+*/%<>=!~]+)' for nil", "operand", "is nil"
    ),
    Rule(r"undefined method [`'](?P<name>[^']+)' for nil", "base", "is nil"),
    Rule(
        r"undefined (?:method|private method) [`'](?P<name>[^']+)' for (?:an instance of )?(?P<type>[\w:#<>]+)",
        "base subscript operand callee",
        "is a {type}, which has no `{name}`",
    ),
    Rule(r"(?:private|protected) method [`'](?P<name>[^']+)' called", "base callee", "keeps it to itself"),
    Rule(r"undefined local variable or method [`'](?P<name>[^']+)'", "name callee", "is no name that is known here"),
    Rule(r"uninitialized constant (?P<name>[\w:]+)", "name", "is no constant that is known here"),
    Rule(r"KeyError.*key not found: (?P<key>\S+)", "receiver argument", "has no {key}", "fetch|fetch_values|dig|format|sprintf"),
    Rule(r"IndexError", "receiver subscript", "is shorter than asked for"),
    Rule(r"(?:nil|String|Array|Hash) can't be coerced into|no implicit conversion of (?P<right>\w+) into", "coerced operand last_argument key", "is of the wrong type"),
    Rule(r"comparison of (?P<left>\w+) with (?P<right>\S+) failed", "operand receiver", "cannot be compared"),
    Rule(r"invalid value for (?P<call>\w+)\(\)|invalid date|invalid strptime", "argument", "is not in the expected form"),
    Rule(r"can't convert nil into|ArgumentError.*(?:nil|invalid)", "argument", "is not what the call takes"),
    Rule(r"divided by 0", "divisor receiver", "is zero here"),
    Rule(r"wrong number of arguments", "callee", "is given other arguments than it takes"),
    Rule(r"missing keywords?|unknown keywords?", "callee", "is given other arguments than it takes"),
    Rule(r"FrozenError|can't modify frozen", "receiver target_base", "is frozen"),
    Rule(r"StopIteration", "receiver", "has nothing left to give"),
    Rule(r"can't add a new key into hash during iteration", "target_base receiver", "is changed while it is iterated over"),
    Rule(r"JSON::ParserError|unexpected token|unexpected end of input", "argument", "is no JSON text", "parse!?"),
    Rule(r"No such file or directory|ENOENT", "argument", "is no path that can be used"),
    Rule(r"invalid byte sequence|incompatible character encodings", "receiver", "is not so encoded"),
    Rule(r"stack level too deep", "callee", "calls itself without end"),
    Rule(r"NoMatchingPattern", "matched", "matches no pattern"),
)
"""The more special message stands first."""
