"""What the .NET runtime says."""

from __future__ import annotations

from crimescene.suspects.rules import Rule

RULES = (
    Rule(r"NullReferenceException", "pointers subscript", "may be null: a member of it is used here"),
    Rule(r"given key '(?P<key>[^']*)' was not present|KeyNotFoundException", "subscript receiver", "has no such key"),
    Rule(r"IndexOutOfRangeException|Index was out of range|ArgumentOutOfRangeException", "subscript receiver argument", "is shorter than asked for"),
    Rule(r"Unable to cast object of type '(?P<from>[^']+)' to type '(?P<type>[^']+)'", "cast iterated", "is a {from}, no {type}"),
    Rule(r"Nullable object must have a value", "base receiver cast", "is null"),
    Rule(r"DivideByZeroException|divide by zero", "divisor", "is zero here"),
    Rule(r"Sequence contains (?:no|more than one) (?:matching )?elements?", "receiver", "does not hold exactly what is asked for", "First|Single|Last|Min|Max|Average|Aggregate|SingleOrDefault"),
    Rule(r"FormatException|input string .* was not in a correct format|was not recognized as a valid", "argument", "is not in the expected form", "Parse\\w*|To\\w+|Format"),
    Rule(r"OverflowException", "argument cast operand", "leaves the range of its type"),
    Rule(r"Collection was modified", "iterated", "is changed while it is iterated over"),
    Rule(r"(?:Stack|Queue) empty", "receiver", "is empty here"),
    Rule(r"An item with the same key", "receiver", "holds the key already", "Add"),
    Rule(r"ArgumentNullException: .*'(?P<name>\w+)'|ArgumentNullException", "argument receiver", "is null"),
    Rule(r"JsonException|JsonReaderException", "argument", "is no JSON of the expected form"),
    Rule(r"FileNotFoundException|DirectoryNotFoundException", "argument", "is no file"),
    Rule(r"ObjectDisposedException", "receiver", "is disposed already"),
    Rule(r"InvalidCastException", "cast iterated", "is of another type"),
    Rule(r"NotSupportedException", "receiver", "does not support it"),
    Rule(r"ArgumentException", "argument", "is no such argument"),
    Rule(r"StackOverflow", "callee", "calls itself without end"),
)
"""The more special message stands first."""
