"""What V8 (Node.js, Chrome, Edge), SpiderMonkey (Firefox) and JavaScriptCore (Safari, Bun) say."""

from __future__ import annotations

from crimescene.suspects.rules import Rule

RULES = (
    Rule(
        r"Cannot (?:read|set) propert(?:y|ies) of (?P<type>undefined|null) \((?:reading|setting) '(?P<name>[^']*)'\)",
        "nothing_read unpacked",
        "is {type}, so there is no `{name}` to reach",
    ),
    Rule(
        r"Cannot (?:read|set) property '(?P<name>[^']*)' of (?P<type>undefined|null)",
        "nothing_read unpacked",
        "is {type}, so there is no `{name}` to reach",
    ),
    Rule(r"Cannot read properties of (?P<type>undefined|null)$", "base subscript", "is {type}"),
    Rule(
        r"Cannot destructure property '(?P<name>[^']+)' of '(?P<text>.+)' as it is (?P<type>undefined|null)",
        "quoted unpacked",
        "is {type}, so there is no `{name}` to take from it",
    ),
    Rule(
        r"Cannot destructure '(?P<text>.+)' as it is (?P<type>undefined|null)",
        "quoted unpacked",
        "is {type}, so there is nothing to take from it",
    ),
    Rule(
        r"(?P<text>[^\s].*?) is not a constructor",
        "quoted callee",
        "is no class or constructor here",
    ),
    Rule(
        r"(?P<text>[^\s].*?)\.then is not a function",
        "quoted base",
        "is no promise",
    ),
    Rule(
        r"(?P<text>\S.*?)\.(?:map|filter|forEach|reduce|find|some|every|flatMap|includes|join|slice|push|concat|sort)"
        r" is not a function",
        "callee",
        "is no method of what it is called on: no list, or a promise that nobody awaited",
    ),
    Rule(r"\(intermediate value\)\S* is not a function", "callee", "is no function here"),
    Rule(r"(?P<text>[^\s].*?) is not a function or its return value is not iterable", "quoted iterated unpacked", "gives nothing to iterate over"),
    Rule(r"(?:^|: )(?:number \S+|string \".*\"|object .*|undefined|null) is not a function$", "last_argument callee", "is no function"),
    Rule(r"(?:TypeError: )?(?P<text>[^\s].*?) is not a function", "quoted callee", "is no function here"),
    Rule(
        r"Spread syntax requires|(?:number|object|string|boolean|undefined|null|symbol|function) (?:\S+ )?is not iterable",
        "iterated unpacked last_argument",
        "is nothing to iterate over",
    ),
    Rule(
        r"(?:TypeError: )?(?P<text>[^\s].*?) is not (?:async )?iterable",
        "quoted iterated unpacked argument",
        "is nothing to iterate over",
    ),
    Rule(
        r"Cannot convert undefined or null to object|Object prototype may only be|called on (?:null or undefined|non-object)"
        r"|Cannot convert .* to object",
        "argument",
        "is undefined or null here",
        "keys|values|entries|assign|fromEntries|getPrototypeOf|setPrototypeOf|defineProperty|create|freeze|hasOwn"
        "|getOwnPropertyNames|ownKeys|call|apply|from",
    ),
    Rule(
        r"Cannot use 'in' operator to search for '(?P<key>[^']*)' in",
        "container",
        "is no object",
    ),
    Rule(r"Right-hand side of '?instanceof'? is not", "container_of", "is no class"),
    Rule(
        r"is not valid JSON|Unexpected token .* in JSON|Unexpected end of JSON|JSON\.parse: |Unterminated string in JSON",
        "argument receiver",
        "is no JSON text",
        "parse|json",
    ),
    Rule(r"Converting circular structure to JSON|Do not know how to serialize a BigInt|serialize cyclic", "argument", "cannot be written as JSON", "stringify"),
    Rule(r"Cannot access '(?P<name>[^']+)' before initialization", "name", "has no value yet here"),
    Rule(r"can't access lexical declaration '(?P<name>[^']+)' before", "name", "has no value yet here"),
    Rule(r"(?P<name>[\w$]+) is not defined", "name", "is no name that is known here"),
    Rule(r"Can't find variable: (?P<name>[\w$]+)", "name", "is no name that is known here"),
    Rule(r"Assignment to constant variable|invalid assignment to const '(?P<name>[^']+)'|Attempted to assign to readonly", "target", "is constant"),
    Rule(
        r"Cannot (?:assign to read only|delete|set|redefine) property '?(?P<name>[^' ]+)'? of|Cannot assign to read only property",
        "base target_base receiver argument",
        "does not let its `{name}` be changed",
    ),
    Rule(
        r"Cannot set property (?P<name>\S+) of .* which has only a getter",
        "base target_base",
        "has `{name}` only to read",
    ),
    Rule(r"Cannot add property (?P<name>\S+), object is not extensible", "target_base base receiver", "is frozen or sealed"),
    Rule(r"Cannot create property '(?P<name>[^']+)' on (?P<type>\w+)", "base target_base", "is a {type}, no object"),
    Rule(r"Cannot (?:read|write) private member (?P<name>#?\w+)", "base receiver", "is of another class"),
    Rule(r"Reduce of empty array with no initial value|reduce of empty array", "receiver", "is empty here", "reduce(?:Right)?"),
    Rule(r"Invalid array length|Invalid typed array length|Array buffer allocation", "argument assigned", "is no length"),
    Rule(r"Invalid count value|Invalid string length|repeat count must be", "argument", "is no count", "repeat|padStart|padEnd"),
    Rule(r"toFixed\(\) |toPrecision\(\) |toString\(\) radix|precision .* out of range", "argument receiver", "is out of range"),
    Rule(r"Invalid time value|invalid date|Invalid Date", "receiver argument shown", "is no valid date", "toISOString|format|toJSON|formatToParts"),
    Rule(r"Cannot convert (?P<value>\S+) to a BigInt|The number \S+ cannot be converted to a BigInt|invalid BigInt", "argument", "is no whole number", "BigInt"),
    Rule(r"Cannot mix BigInt and other types", "operand", "is a BigInt beside an ordinary number"),
    Rule(r"Division by zero", "divisor", "is zero here"),
    Rule(r"Cannot convert a Symbol value|Cannot convert object to primitive", "shown operand argument", "is no text or number"),
    Rule(r"Invalid URL|ERR_INVALID_URL", "argument", "is no URL"),
    Rule(r"URI malformed|malformed URI", "argument", "is not so encoded"),
    Rule(r"Invalid regular expression", "argument", "is no regular expression", "RegExp|match|search|matchAll"),
    Rule(r"Invalid language tag|Incorrect locale|Invalid currency code|Invalid time zone", "argument", "is not known"),
    Rule(r"normalization form should be", "argument", "is no normalization form"),
    Rule(r"The \"?(?P<name>\w+)\"? argument must be|The first argument must be|ERR_INVALID_ARG_TYPE", "argument", "is of the wrong type"),
    Rule(r"ENOENT|EISDIR|ENOTDIR|EACCES|EEXIST", "argument", "is no path that can be used"),
    Rule(r"Cannot find (?:module|package) '(?P<text>[^']+)'", "argument", "cannot be found", "require|import"),
    Rule(r"Class extends value .* is not a constructor|Class extends value", "extended", "is no class"),
    Rule(r"Class constructor (?P<call>\w+) cannot be invoked without 'new'", "callee", "is a class, called without `new`"),
    Rule(r"Must call super constructor|must call super", "base target_base", "is used before `super()`"),
    Rule(r"Iterator result (?P<value>.+) is not an object", "iterated", "gives no iterator results"),
    Rule(r"Invalid value used as weak map key|Invalid value used in weak set|Invalid value used", "argument", "is no object", "set|add|WeakRef"),
    Rule(r"Method (?P<call>[\w.$]+) called on incompatible receiver|incompatible receiver", "receiver callee", "is called on another kind of object"),
    Rule(r"Generator is already running", "receiver iterated", "is running"),
    Rule(r"Maximum call stack size exceeded|too much recursion", "callee", "calls itself without end"),
    Rule(r"can't access property [\"'“]?(?P<name>[\w$]+)[\"'”]?, (?P<text>.+?) is (?P<type>undefined|null)", "quoted nothing_read", "is {type}"),
    Rule(r"(?:undefined|null) is not an object \(evaluating '(?P<text>[^']+)\.(?P<name>[\w$]+)'\)", "quoted nothing_read", "is nothing here"),
    Rule(r"(?:undefined|null) is not an object \(evaluating '(?P<text>[^']+)\[", "quoted subscript", "is nothing here"),
    Rule(r"(?P<text>\S+) has no properties", "quoted", "is nothing here"),
    Rule(r"TypeError: (?P<text>\S+) is (?P<type>undefined|null)$", "quoted", "is {type}"),
    Rule(r"AssertionError|ERR_ASSERTION", "argument", "is not as asserted"),
)
"""The more special message stands first."""
