"""Names that need not stand in a workspace to be true: those of languages, their libraries and tools."""

from __future__ import annotations

from functools import cache
from importlib import import_module

_WORDS = """
None True False null undefined nil NaN Infinity self this cls super true false void any object
string number boolean int float str bool bytes list dict set tuple range len print repr type
isinstance hasattr getattr setattr enumerate zip map filter sorted sum min max abs round open iter
next all property staticmethod classmethod dataclass lambda yield async await return raise throw try
except catch finally with import from pass break continue assert del global nonlocal if elif else
for while in is not and or match case switch const let var function class extends implements
interface enum struct impl trait fn pub mut use mod new delete typeof instanceof static public
private protected final abstract package defer go chan select func make append cap copy panic
recover error Error Exception TypeError ValueError KeyError IndexError AttributeError NameError
RuntimeError ImportError ModuleNotFoundError AssertionError ZeroDivisionError StopIteration OSError
IOError FileNotFoundError UnicodeDecodeError RangeError ReferenceError SyntaxError
NullPointerException IllegalArgumentException IllegalStateException IndexOutOfBoundsException
ClassCastException NumberFormatException RuntimeException Throwable NullReferenceException
ArgumentException Promise Array Object String Number Boolean Map Set WeakMap Symbol Date JSON Math
RegExp console log warn parse stringify then push pop shift slice splice join split trim replace
includes indexOf find findIndex forEach reduce some every keys values entries assign length toString
valueOf hasOwnProperty Optional List ArrayList HashMap Integer Long Double Objects Collections
Stream get put add remove contains isEmpty isPresent orElse unwrap expect clone collect Option Some
Result Ok Err Vec Box Rc Arc useState useEffect useMemo useCallback useRef useContext React
Component props state children pytest unittest jest vitest mocha describe it test beforeEach
afterEach mock patch Mock MagicMock fixture git npm pip node python java cargo docker logging logger
debug info setdefault items update extend insert index count sort reverse strip lower upper
startswith endswith format encode decode read write close os sys re json datetime time random
pathlib Path typing Any Union Dict Tuple Iterable Callable functools itertools collections
defaultdict Counter deque namedtuple asyncio threading Lock toFixed toISOString toLocaleString
toLowerCase toUpperCase trimStart trimEnd padStart padEnd charAt charCodeAt codePointAt fromEntries
fromCharCode getOwnPropertyNames defineProperty freeze isFrozen isArray isInteger isNaN isFinite
parseInt parseFloat flat flatMap findLast findLastIndex lastIndexOf at fill copyWithin toSorted
toReversed localeCompare matchAll search substring substr concat repeat raw normalize allSettled
race any resolve reject finally structuredClone setTimeout clearTimeout setInterval clearInterval
setImmediate queueMicrotask nextTick requestAnimationFrame addEventListener removeEventListener
dispatchEvent preventDefault stopPropagation querySelector querySelectorAll getElementById
createElement appendChild classList dataset innerHTML textContent localStorage sessionStorage
getItem setItem removeItem fetch Headers Request Response AbortController AbortSignal FormData URL
URLSearchParams Blob File FileReader WebSocket EventSource window document globalThis process env
argv exit cwd stdout stderr stdin Buffer alloc from readFile readFileSync writeFile writeFileSync
existsSync mkdir readdir createReadStream pipe EventEmitter emit once off require module exports
__dirname __filename import meta useReducer useLayoutEffect useId useTransition useDeferredValue
useSyncExternalStore forwardRef createContext memo lazy Suspense Fragment StrictMode createRoot
render renderToString hydrate act screen getByText getByRole toBe toEqual toStrictEqual
toHaveBeenCalled toHaveBeenCalledWith toThrow toContain toMatchObject toHaveLength toBeDefined
toBeNull toBeUndefined toBeTruthy toBeFalsy resolves rejects mockResolvedValue mockReturnValue
mockImplementation spyOn fn useFakeTimers getName hashCode equals compareTo getClass getMessage
getCause printStackTrace stream toList toArray computeIfAbsent putIfAbsent getOrDefault containsKey
containsValue entrySet keySet orElseGet orElseThrow ofNullable ifPresent requireNonNull
requireNonNullElse asList emptyList emptyMap unmodifiableList synchronized volatile Comparator
Iterator Runnable Supplier Predicate Function BigDecimal StringBuilder LocalDate LocalDateTime
Instant Duration ZonedDateTime CompletableFuture ExecutorService Thread Override Nullable NonNull
NotNull Autowired Errorf Sprintf Println Printf Fatalf WithTimeout WithCancel Background WaitGroup
Mutex RWMutex RLock RUnlock Unlock Itoa Atoi ReadAll ReadFile Unmarshal Marshal NewReader errors Is
As Unwrap nil? present? blank? each each_with_index select reject find_by find_by! freeze dup tap
then raise rescue ensure attr_reader attr_accessor unwrap_or unwrap_or_else unwrap_or_default
is_some is_none is_ok is_err ok_or map_err and_then iter into_iter as_ref as_mut to_string to_owned
borrow borrow_mut println eprintln derive Debug FirstOrDefault SingleOrDefault ToList ToArray
ToString GetHashCode Select Where Any All ConfigureAwait TryGetValue IsNullOrEmpty
IsNullOrWhiteSpace ArgumentNullException InvalidOperationException runCatching let also apply takeIf
orEmpty firstOrNull getOrNull getOrElse requireNotNull checkNotNull isset empty array_map
array_filter count is_null json_encode json_decode var_dump
"""
KNOWN_NAMES = frozenset(_WORDS.split())
"""What answers name most; any other is looked for in the whole workspace before it counts as invented."""
_MODULES = """
abc argparse base64 bisect builtins calendar codecs collections collections.abc concurrent.futures
configparser contextlib copy csv dataclasses datetime decimal difflib enum fractions functools gc
glob gzip hashlib heapq hmac html inspect io itertools json keyword linecache locale logging
logging.config math numbers operator os os.path pathlib pickle platform pprint queue random re sched
secrets shlex shutil signal sqlite3 stat statistics string struct sys tempfile textwrap threading
time timeit tokenize traceback types typing unicodedata unittest unittest.mock urllib.parse uuid
warnings weakref zipfile zoneinfo
"""


@cache
def python_names() -> frozenset[str]:
    """What Python's own library calls things: its modules, what is in them, and the attributes of that."""
    names = {part for module in _MODULES.split() for part in module.split(".")}
    names |= set(dir(cache(len)))  # what a cached function has
    for module in _MODULES.split():
        try:
            found = import_module(module)
        except ImportError:  # not everywhere
            continue
        for name in dir(found):
            names.add(name)
            if isinstance(thing := getattr(found, name, None), type):
                names |= set(dir(thing))
    return frozenset(name for name in names if not name.startswith("_") or name.startswith("__"))
