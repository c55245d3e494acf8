"""What the Java runtime and the Kotlin library say."""

from __future__ import annotations

from crimescene.suspects.rules import Rule

RULES = (
    Rule(r"because \"<local\d+>\" is null", "switched nothing_invoked", "is null"),
    Rule(r"because \"<(?:array|parameter)\d+>\" is null", "nothing_invoked", "is null"),
    Rule(
        r"because the return value of \"(?P<call>[^\"]+)\" is null",
        "returned nothing_invoked",
        "returned null",
    ),
    Rule(r"because \"(?P<text>.+)\" is null", "quoted nothing_invoked", "is null"),
    Rule(r"Cannot throw exception", "thrown", "is null"),
    Rule(r"Cannot enter synchronized block", "locked", "is null"),
    Rule(
        r"Cannot (?:invoke|read field|assign field|read the array length|load from|store to)",
        "nothing_invoked subscript",
        "is null",
    ),
    Rule(r"null cannot be cast to non-null type|TypeCastException", "cast", "is null"),
    Rule(r"UninitializedPropertyAccessException: lateinit property (?P<name>\w+)", "name member", "was not set yet"),
    Rule(
        r"NullPointerException: Parameter specified as non-null is null.*parameter (?P<name>\w+)",
        "name",
        "is null, though its type says it never is",
    ),
    Rule(
        r"ClassCastException: (?:class )?(?P<from>[\w.$]+) (?:cannot be cast to|incompatible with) (?:class )?(?P<type>[\w.$\[]+)",
        "cast assigned iterated receiver",
        "is a {from}, no {type}",
    ),
    Rule(
        r"Index (?P<index>-?\d+) out of bounds for length (?P<length>\d+)",
        "subscript receiver",
        "has {length} items, and item {index} is asked for",
    ),
    Rule(r"ArrayIndexOutOfBoundsException: (?P<index>-?\d+)", "subscript", "has no item {index}"),
    Rule(
        r"Index:? (?P<index>-?\d+),? [Ss]ize:? (?P<length>\d+)",
        "receiver subscript",
        "has {length} items, and item {index} is asked for",
    ),
    Rule(
        r"(?:begin -?\d+, end -?\d+, length|String index out of range|StringIndexOutOfBounds|fromIndex|toIndex|start -?\d+, end"
        r"|index -?\d+, ?length|offset -?\d+, count)",
        "receiver argument subscript",
        "is shorter than asked for",
    ),
    Rule(r"NegativeArraySizeException: (?P<value>-?\d+)", "size argument", "is {value} here, no length"),
    Rule(
        r"NumberFormatException: (?:For input string|Cannot parse null|Character|Zero length|null|empty)",
        "argument",
        "is no number",
        "parse\\w+|valueOf|decode|Integer|Long|Double|BigDecimal|BigInteger|Float|Short|Byte",
    ),
    Rule(r"NumberFormatException", "argument receiver", "is no number"),
    Rule(r"DateTimeParseException|ParseException|Text '.*' could not be parsed", "argument", "is not in the expected form"),
    Rule(
        r"No enum constant (?P<type>[\w.$]+)\.(?P<value>\w*)",
        "argument",
        "names no constant of it",
        "valueOf",
    ),
    Rule(
        r"NoSuchElementException: No value present|NoSuchElementException",
        "receiver iterated",
        "is empty here",
        "get\\w*|orElseThrow|next\\w*|iterator|remove\\w*|first\\w*|last\\w*|element|pop|single|max|min|reduce|average|random",
    ),
    Rule(r"EmptyStackException", "receiver", "is empty here", "pop|peek"),
    Rule(r"NoSuchElementException|is empty\.|Collection contains no element|Collection is empty", "receiver", "is empty here"),
    Rule(r"Key (?P<key>\S+) is missing in the map", "receiver subscript argument", "has no {key}"),
    Rule(r"ArithmeticException: (?:/ by zero|BigInteger divide by zero|Division)", "divisor right_argument", "is zero here"),
    Rule(r"Non-terminating decimal expansion|integer overflow|long overflow|Rounding necessary", "receiver argument", "cannot be computed so"),
    Rule(r"ConcurrentModificationException", "iterated receiver", "is changed while it is iterated over"),
    Rule(r"UnsupportedOperationException", "receiver", "is a collection that cannot be changed"),
    Rule(r"ImmutableCollections|ArrayStoreException: (?P<type>\S+)", "target_base receiver", "holds another type"),
    Rule(r"IllegalStateException: (?:Duplicate key|stream has already|Queue full|.*closed)", "receiver argument", "is in no state for it"),
    Rule(r"Illegal(?:Format\w*|FormatConversion)|FormatConversion\w*|MissingFormatArgument|UnknownFormat", "last_argument receiver", "does not fit the format"),
    Rule(r"PatternSyntaxException|InvalidPathException|URISyntaxException|MalformedURLException|Illegal character in", "argument", "is not in the expected form"),
    Rule(r"FileNotFoundException|NoSuchFileException", "argument", "is no file"),
    Rule(r"ClassNotFoundException", "argument", "is no class that is known", "forName|loadClass"),
    Rule(r"InputMismatchException", "receiver", "does not hold what is read next"),
    Rule(r"Comparison method violates", "argument receiver", "does not order consistently"),
    Rule(r"(?:bound|origin|n|count|capacity|timeout value) (?:must be|is)|Illegal [Cc]apacity|Comparator", "argument", "is out of range"),
    Rule(r"StackOverflowError", "callee", "calls itself without end"),
    Rule(r"ExceptionInInitializerError|MatchException|Unexpected value", "switched callee", "is a value nobody expected"),
    Rule(r"NullPointerException", "argument receiver nothing_invoked", "may be null", "requireNonNull|of|ofEntries|copyOf|entry|valueOf|put|add|offer|push|computeIfAbsent|merge"),
    Rule(r"NullPointerException", "unboxed nothing_invoked subscript", "may be null"),
    Rule(r"AssertionError|AssertionFailedError|ComparisonFailure", "argument asserted", "is not as asserted"),
)
"""The more special message stands first."""
