"""What CPython says, up to 3.14; older wordings stand beside the newer ones."""

from __future__ import annotations

from crimescene.suspects.rules import Rule

_ON_ARGUMENT = (
    "int|float|complex|bool|len|iter|list|tuple|set|dict|sorted|sum|min|max|range|enumerate|zip|map|filter|any|all"
    "|reversed|join|ord|chr|abs|round|hash|open|next|bytes|str|isinstance|issubclass|getattr|vars|Decimal|Fraction"
    "|UUID|fromisoformat|strptime|loads|load|dumps|dump|extend|update|fromtimestamp|sqrt|log|log10|log2|sleep"
    "|ip_address|ip_network|b64decode|fromhex|unhexlify|import_module|super|choice|sample|date|datetime|Path|index"
    "|remove|pow|exp|acos|asin|factorial|mean|median|mode|stdev|b32decode|literal_eval|parse|fromordinal|heappop"
)

RULES = (
    Rule(
        r"'NoneType' object has no attribute '(?P<name>[^']+)'",
        "base",
        "is None here, so it has no `{name}`",
    ),
    Rule(
        r"'coroutine' object has no attribute '(?P<name>[^']+)'", "base", "is a coroutine that nobody awaited"
    ),
    Rule(
        r"module '(?P<type>[^']+)' has no attribute '(?P<name>[^']+)'", "base member", "has no `{name}` in it"
    ),
    Rule(
        r"'(?P<type>[^']+)' object has no attribute '(?P<name>[^']+)'\. Did you mean: '(?P<meant>[^']+)'",
        "base",
        "is a {type}, which has `{meant}` and no `{name}`",
    ),
    Rule(
        r"'(?P<type>[^']+)' object has no attribute '(?P<name>[^']+)'",
        "base receiver",
        "is a {type}, which has no `{name}`",
    ),
    Rule(r"object '(?P<type>[^']+)' has no attribute '(?P<name>[^']+)'", "base", "has no `{name}`"),
    Rule(r"AttributeError: (?P<name>\w+)$", "member base", "does not exist"),
    Rule(
        r"has no attribute '(?P<name>[^']+)'|can't set attribute '(?P<other>[^']+)'",
        "base target",
        "has no `{name}`",
    ),
    Rule(
        r"property '(?P<name>[^']+)' of|can't (?:set|delete) attribute",
        "base target_base",
        "does not let its `{name}` be changed",
    ),
    Rule(r"cannot assign to field '(?P<name>[^']+)'", "base target_base", "is frozen"),
    Rule(
        r"'(?P<type>[^']+)' object does not support item (?:assignment|deletion)",
        "subscript target_base",
        "is a {type}, which cannot be changed in place",
    ),
    Rule(
        r"'coroutine' object is not subscriptable",
        "subscript",
        "is a coroutine that nobody awaited",
    ),
    Rule(r"'NoneType' object is not subscriptable", "subscript", "is None here"),
    Rule(r"'(?P<type>[^']+)' object is not subscriptable", "subscript", "is a {type}, which has no items"),
    Rule(
        r"string indices must be integers", "subscript", "is a string, not the mapping that is expected here"
    ),
    Rule(
        r"(?P<type>list|tuple|\w+) indices must be integers or slices, not (?P<right>\w+)",
        "subscript",
        "is a {type}, indexed with a {right}",
    ),
    Rule(
        r"slice indices must be integers",
        "key subscript",
        "is used as a bound of a slice and is no integer",
    ),
    Rule(
        r"unhashable type: '(?P<type>[^']+)'",
        "key slot argument",
        "is a {type}, which cannot be a key",
    ),
    Rule(r"cannot use '(?P<type>[^']+)' as a (?:dict key|set element)", "key slot argument", "is no key"),
    Rule(r"'NoneType' object is not callable", "callee", "is None here"),
    Rule(r"'(?P<type>[^']+)' object is not callable", "callee", "is a {type} here, no function"),
    Rule(r"unsupported callable|is not callable", "callee", "is no function here"),
    Rule(
        r"object of type '(?P<type>[^']+)' has no len\(\)", "argument", "is a {type}, which has no length", "len"
    ),
    Rule(r"cannot unpack non-iterable (?P<type>\w+)", "unpacked argument", "is a {type}, not a sequence"),
    Rule(
        r"not enough values to unpack \(expected (?P<wanted>[^,]+), got (?P<got>\d+)\)",
        "unpacked iterated",
        "holds {got} values where {wanted} are expected",
    ),
    Rule(r"too many values to unpack", "unpacked iterated", "holds more values than are expected"),
    Rule(
        r"argument of type '(?P<type>[^']+)' is not (?:iterable|a container)",
        "container argument",
        "is a {type}, which cannot be searched",
    ),
    Rule(
        r"'in <string>' requires string as left operand, not (?P<type>\w+)", "compared", "is a {type} here, no text"
    ),
    Rule(
        r"'(?P<type>[^']+)' object is not (?:iterable|an iterator|reversible)",
        "iterated argument awaited",
        "is a {type} here, nothing to iterate over",
    ),
    Rule(
        r"'async for' requires|'(?P<type>[^']+)' object does not support the (?:asynchronous )?context manager",
        "iterated entered",
        "is not what the statement needs",
    ),
    Rule(
        r"object (?P<type>\w+) can't be used in 'await' expression|An asyncio.Future, a coroutine",
        "awaited argument",
        "is awaited, though it is nothing to wait for",
    ),
    Rule(r"argument after \*\*? must be", "iterated argument", "is spread, though it is no collection"),
    Rule(
        r"dictionary changed size during iteration|Set changed size|dictionary keys changed|mutated during iteration",
        "iterated",
        "is changed while it is iterated over",
    ),
    Rule(
        r"unsupported operand type\(s\) for (?P<operator>[^\s:]+)(?: or pow\(\))?: '(?P<left>[^']+)' and "
        r"'(?P<right>[^']+)'",
        "operand argument last_argument",
        "takes part in `{operator}` of {left} and {right}",
    ),
    Rule(
        r"'(?P<operator>[<>]=?)' not supported between instances of '(?P<left>[^']+)' and '(?P<right>[^']+)'",
        "operand argument receiver",
        "is compared as {left} with {right}",
    ),
    Rule(
        r"can only concatenate (?P<left>\w+) \(not \"(?P<type>[^\"]+)\"\) to",
        "concatenated operand",
        "is a {type}, joined to a {left}",
    ),
    Rule(r"can't concat (?P<type>\w+) to", "concatenated operand", "is a {type} here"),
    Rule(
        r"must be str, not (?P<type>\w+)|can't multiply sequence by non-int of type '(?P<other>[^']+)'",
        "concatenated operand argument",
        "is of the wrong type here",
    ),
    Rule(r"bad operand type for (?:unary [-+~]|abs\(\)): '(?P<type>[^']+)'", "unary argument", "is a {type}"),
    Rule(
        r"not all arguments converted|not enough arguments for format string|format requires a mapping"
        r"|%\w format: |%[dic] format",
        "formatted argument",
        "does not fit the format",
    ),
    Rule(
        r"unsupported format string passed to (?P<type>\w+)\.__format__|Unknown format code|Invalid format spec",
        "shown argument receiver",
        "cannot be shown in this format",
    ),
    Rule(r"Replacement index \d+ out of range", "argument receiver", "is too little for the format", "format"),
    Rule(
        r"sequence item (?P<item>\d+): expected (?P<type>\w+) instance, (?P<got>\w+) found",
        "argument",
        "holds a {got} (item {item})",
        "join",
    ),
    Rule(
        r"(?:pop|popitem|popleft|remove)\S*(?: from| on)? (?:an )?empty (?P<type>\w+)|pop from empty|is empty'?$",
        "receiver argument",
        "is empty here",
        "pop|popitem|popleft|remove|heappop|choice",
    ),
    Rule(r"pop index out of range", "receiver", "is shorter than asked for", "pop"),
    Rule(
        r"KeyError: (?P<key>'(?:[^'\\]|\\.)*'|\"[^\"]*\"|[^\n]+)",
        "subscript",
        "has no item {key}",
    ),
    Rule(
        r"KeyError: (?P<key>[^\n]+)",
        "receiver formatted argument",
        "has no item {key}",
        "pop|remove|format|format_map|index|loc|getenv|substitute|move_to_end|__getitem__",
    ),
    Rule(
        r"(?:list|tuple|string|range object|bytearray|array|deque|\w+) (?:assignment )?index out of range",
        "subscript receiver",
        "is shorter than the index asks for",
    ),
    Rule(
        r"index (?P<index>-?\d+) is out of bounds", "subscript", "is shorter than the index asks for"
    ),
    Rule(
        r"(?:x not in (?:list|tuple|deque)|is not in (?:list|tuple|deque|range)|substring not found"
        r"|subsection not found)",
        "receiver",
        "does not hold what is looked for",
    ),
    Rule(
        r"invalid literal for \w+\(\) with base \d+: (?P<value>.+)|could not convert string to (?:float|complex): "
        r"(?P<other>.+)",
        "argument",
        "is no number",
        "int|float|complex",
    ),
    Rule(
        r"ConversionSyntax|InvalidOperation|Invalid literal for Fraction|badly formed hexadecimal UUID"
        r"|Invalid isoformat string|non-hexadecimal number|Incorrect padding|does not appear to be an IPv",
        "argument receiver",
        "is not in the expected form",
        _ON_ARGUMENT,
    ),
    Rule(
        r"time data .+ does not match format|unconverted data remains",
        "argument",
        "is not in the expected form",
        "strptime",
    ),
    Rule(
        r"JSONDecodeError|Expecting value: line|Expecting property name|Extra data: line|Unterminated string"
        r"|TOMLDecodeError|ParseError",
        "argument receiver",
        "is not what it is parsed as",
        "loads?|json|raw_decode|decode|fromstring|parse",
    ),
    Rule(
        r"Object of type (?P<type>\w+) is not JSON serializable|Circular reference detected|cannot pickle",
        "argument",
        "holds what cannot be written",
        "dumps?|deepcopy",
    ),
    Rule(
        r"(?P<call>\w+)\(\) arg is an empty sequence|iterable argument is empty|reduce\(\) of empty",
        "argument last_argument",
        "is empty here",
    ),
    Rule(r"Cannot choose from an empty|larger than population", "argument", "is too small", "choices?|sample"),
    Rule(r"requires at least (?:one|two) data point|no mode for empty", "argument", "is empty here"),
    Rule(
        r"(?:int|float)\(\) argument must be .+, not '(?P<type>[^']+)'",
        "argument",
        "is a {type} here",
        "int|float",
    ),
    Rule(
        r"'(?P<type>[^']+)' object cannot be interpreted as an integer|must be real number, not (?P<other>\w+)"
        r"|type (?P<third>\w+) doesn't define __round__",
        "argument operand",
        "is of a type that is no number here",
    ),
    Rule(
        r"cannot convert float (?:NaN|infinity) to integer|math domain error|expected a (?:positive|nonnegative)"
        r"|Result too large|math range error|year \S+ is out of range|timestamp out of range",
        "argument operand",
        "is out of the range that is defined",
    ),
    Rule(
        r"month must be in|day is out of range|hour must be in|minute must be in|second must be in",
        "dated argument",
        "is out of range",
    ),
    Rule(
        r"(?:expected string or bytes-like object|first argument must be string|cannot use a (?:string|bytes) pattern)",
        "last_argument receiver",
        "is no text here",
    ),
    Rule(
        r"a bytes-like object is required, not '(?P<type>[^']+)'|expected str, bytes or os\.PathLike object, not "
        r"(?P<other>\w+)|argument should be a str or an os\.PathLike",
        "argument receiver container",
        "is of the wrong type here",
    ),
    Rule(
        r"(?P<call>[\w.]+)\(\) missing \d+ required (?:positional|keyword-only) argument",
        "callee",
        "is not given all it needs",
    ),
    Rule(
        r"(?P<call>[\w.]+)\(\) (?:takes|got|expected|requires)[^\n]* argument",
        "callee",
        "is given other arguments than it takes",
    ),
    Rule(r"(?P<call>\w+) expected (?:at (?:least|most) )?\d+ argument", "callee", "is given other arguments"),
    Rule(r"Can't instantiate abstract class (?P<call>\w+)", "callee", "leaves methods of its base undefined"),
    Rule(
        r"ordinal not in range|codec can't (?:de|en)code|invalid start byte", "receiver argument", "is not so encoded"
    ),
    Rule(
        r"(?:division|modulo|divmod\(\)|integer modulo|float floor division)(?: or modulo)? by zero|by zero",
        "divisor right_argument",
        "is zero here",
    ),
    Rule(r"cannot be raised to a negative power|DivisionByZero", "divisor operand", "is zero here"),
    Rule(
        r"(?:local|free) variable '(?P<name>[^']+)' (?:referenced|where)|access (?:local|free) variable "
        r"'(?P<other>[^']+)'",
        "name",
        "has no value yet on this path",
    ),
    Rule(r"name '(?P<name>[^']+)' is not defined", "name", "is no name that is known here"),
    Rule(r"No such file or directory|FileExistsError|IsADirectoryError|NotADirectory", "argument receiver", "is no path that can be used"),
    Rule(
        r"No module named|cannot import name '(?P<name>[^']+)'",
        "name argument",
        "cannot be imported",
    ),
    Rule(r"StopIteration", "argument", "has nothing (left) to give", "next"),
    Rule(r"generator already executing|generator didn't yield", "argument iterated", "is no generator that can go on"),
    Rule(r"I/O operation on closed|closed file", "receiver iterated", "is closed here"),
    Rule(r"maximum recursion depth exceeded", "callee", "calls itself without end"),
    Rule(
        r"exceptions must derive from BaseException|exceptions must be", "thrown", "is no exception"
    ),
    Rule(r"'(?P<name>[^']+)' is not a valid (?P<call>\w+)|(?P<other>\S+) is not a valid (?P<third>\w+)", "argument", "is no value of it"),
    Rule(r"isinstance\(\) arg 2|issubclass\(\) arg", "argument", "is no class", "isinstance|issubclass"),
    Rule(r"AssertionError", "asserted", "does not hold"),
)
"""The more special message stands first."""
