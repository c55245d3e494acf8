"""What PHP 7 and 8 say."""

from __future__ import annotations

from crimescene.suspects.rules import Rule

RULES = (
    Rule(r"Call to a member function (?P<name>\w+)\(\) on (?P<type>\w+)", "base", "is {type}, no object"),
    Rule(r"(?:Attempt to read property|Trying to get property) \"?'?(?P<name>\w+)\"?'? (?:on|of) (?P<type>[\w-]+)", "base", "is {type}, no object"),
    Rule(r"Attempt to assign property \"(?P<name>\w+)\" on (?P<type>\w+)", "base target_base", "is {type}, no object"),
    Rule(r"Undefined (?:array key|index:?) \"?(?P<key>[^\"\n]+?)\"?(?: in |$)", "subscript", "has no such key"),
    Rule(r"Undefined (?:array key|offset:?) (?P<key>-?\d+)", "subscript", "has no such item"),
    Rule(r"Undefined variable:? (?P<name>\$?\w+)", "variable", "has no value here"),
    Rule(r"Undefined property: (?P<type>\w+)::\$(?P<name>\w+)", "base", "is a {type}, which has no `{name}`"),
    Rule(r"Undefined constant \"(?P<name>\w+)\"", "name", "is no constant"),
    Rule(r"(?:Cannot use|Trying to access array offset on|Cannot access offset of type) .*", "subscript", "is no array here"),
    Rule(r"Unsupported operand types: (?P<left>\w+) (?P<operator>\S+) (?P<right>\w+)", "operand", "takes part in `{operator}` of {left} and {right}"),
    Rule(r"Unsupported operand types|non-numeric value", "operand", "is no number"),
    Rule(r"Division by zero|Modulo by zero", "divisor right_argument", "is zero here"),
    Rule(r"foreach\(\) argument must be of type|Invalid argument supplied for foreach", "iterated", "is nothing to iterate over"),
    Rule(r"(?P<call>[\w:\\]+)\(\): Argument #(?P<number>\d+) (?:\(\$\w+\) )?(?:must be|cannot|could)", "argument", "is not what the call takes"),
    Rule(r"Too few arguments to function (?P<call>[\w:\\]+)\(\)", "callee", "is given too little"),
    Rule(r"Call to undefined (?:function|method) (?P<call>[\w:\\]+)\(\)", "callee", "does not exist"),
    Rule(r"Class \"(?P<name>[\w\\]+)\" not found", "callee name", "is no class that is known"),
    Rule(r"Cannot unpack|Only arrays and Traversables", "iterated argument", "cannot be spread"),
    Rule(r"JsonException|Syntax error", "argument", "is no JSON text", "json_decode"),
    Rule(r"Failed to open stream|No such file", "argument", "is no path that can be used"),
    Rule(r"must be of type (?P<type>\S+), (?P<got>\w+) returned|Return value must be", "given_back", "is what it returns, of another type"),
    Rule(r"Cannot modify readonly property", "target", "is read only"),
    Rule(r"Unhandled match case", "switched", "is a value nobody expected"),
    Rule(r"DateMalformed|Failed to parse time string", "argument", "is not in the expected form"),
    Rule(r"could not be converted to string|to string conversion", "shown operand argument", "is no text"),
)
"""The more special message stands first."""
