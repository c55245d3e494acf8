"""Names that need not stand in a workspace to be true: those of languages, their libraries and tools."""

from __future__ import annotations

_WORDS = """
None True False null undefined nil NaN Infinity self this cls super true false void any object
string number boolean int float str bool bytes list dict set tuple range len print repr type
isinstance hasattr getattr setattr enumerate zip map filter sorted sum min max abs round open
iter next all property staticmethod classmethod dataclass lambda yield async await return raise
throw try except catch finally with import from pass break continue assert del global nonlocal
if elif else for while in is not and or match case switch const let var function class extends
implements interface enum struct impl trait fn pub mut use mod new delete typeof instanceof
static public private protected final abstract package defer go chan select func make append cap
copy panic recover error Error Exception TypeError ValueError KeyError IndexError AttributeError
NameError RuntimeError ImportError ModuleNotFoundError AssertionError ZeroDivisionError
StopIteration OSError IOError FileNotFoundError UnicodeDecodeError RangeError ReferenceError
SyntaxError NullPointerException IllegalArgumentException IllegalStateException
IndexOutOfBoundsException ClassCastException NumberFormatException RuntimeException Throwable
NullReferenceException ArgumentException Promise Array Object String Number Boolean Map Set
WeakMap Symbol Date JSON Math RegExp console log warn parse stringify then push pop shift slice
splice join split trim replace includes indexOf find findIndex forEach reduce some every keys
values entries assign length toString valueOf hasOwnProperty Optional List ArrayList HashMap
Integer Long Double Objects Collections Stream get put add remove contains isEmpty isPresent
orElse unwrap expect clone collect Option Some Result Ok Err Vec Box Rc Arc useState useEffect
useMemo useCallback useRef useContext React Component props state children pytest unittest jest
vitest mocha describe it test beforeEach afterEach mock patch Mock MagicMock fixture git npm pip
node python java cargo docker logging logger debug info setdefault items update extend insert
index count sort reverse strip lower upper startswith endswith format encode decode read write
close os sys re json datetime time random pathlib Path typing Any Union Dict Tuple Iterable
Callable functools itertools collections defaultdict Counter deque namedtuple asyncio threading
Lock
"""
KNOWN_NAMES = frozenset(_WORDS.split())
"""What answers name most; any other is looked for in the whole workspace before it counts as invented."""
