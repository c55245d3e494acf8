r"""What servers say of their configuration: nginx, Apache, HAProxy, Ansible, Terraform, Puppet, sudo, psql.

    nginx: [emerg] unknown directive "servr" in /etc/nginx/nginx.conf:12
    AH00526: Syntax error on line 3 of /etc/apache2/apache2.conf:
    [ALERT]    (1) : config : parsing [/etc/haproxy/haproxy.cfg:12] : unknown keyword 'servr'
    The error appears to be in '/home/dev/play.yml': line 5, column 7, but may
      on main.tf line 3, in resource "aws_instance" "a":

Defined in nginx's ``src/core/ngx_conf_file.c``, httpd's ``server/config.c``, ansible-core's
``errors/__init__.py``, Terraform's ``internal/command/format/diagnostic.go``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.traces.document import Document, Format
from crimescene.traces.patterns import rx
from crimescene.traces.runs import placed, simple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crimescene.model import Trace

_NGINX = rx(
    r"(?:(?:nginx: )?\[(?P<kind>emerg|alert|crit|error|warn)\] (?:\d{1,9}#\d{1,9}: )?|\d{1,9}#\d{1,9}: )"
    r"(?P<message>.*?) in (?P<path>/[^\s:]{1,600}|[A-Za-z]:[^\s:]{1,600}):"
    r"(?P<line>\d{1,9})\s*$"
)
_NGINX_BARE = rx(
    r"(?:nginx: )?(?P<message>[a-z].*?) in (?P<path>/[^\s:]{1,600}\.conf"
    r"|/etc/nginx/[^\s:]{1,400}):(?P<line>\d{1,9})\s*$"
)
_APACHE = rx(
    r"(?:.{0,120}?)(?P<kind>AH\d{5}): Syntax error on line (?P<line>\d{1,9}) of "
    r"(?P<path>\S.{0,600}?):\s*$"
)
_HAPROXY = rx(
    r"(?:\[(?P<kind>ALERT|WARNING)\])?\s{1,8}(?:\S{1,40} )?\(\d{1,9}\) : (?:config : )?parsing \["
    r"(?P<path>[^\[\]:\n]{1,600}):(?P<line>\d{1,9})\] ?: (?P<message>.*)$"
)
_ANSIBLE = rx(
    r"\s{0,4}The (?:error|offending line) appears to (?:be in|have been in) '"
    r"(?P<path>[^'\n]{1,600})': line (?P<line>\d{1,9}), column (?P<col>\d{1,9})"
)
_ANSIBLE_ORIGIN = rx(r"\s{0,4}Origin: (?P<path>[^\s:][^:\n]{0,600}):(?P<line>\d{1,9}):(?P<col>\d{1,9})\s*$")
_ANSIBLE_HEAD = rx(r"(?:ERROR! |\[ERROR\]: |fatal: \[.{1,100}\]: FAILED! => )(?P<message>.*)$")
_TERRAFORM = rx(r"\s{0,4}[│|]?\s{0,4}on (?P<path>\S.{0,600}?) line (?P<line>\d{1,9})(?:, in .{1,300})?:\s*$")
_TERRAFORM_HEAD = rx(r"\s{0,4}[│|]?\s{0,4}(?P<kind>Error|Warning): (?P<message>.*)$")
_PUPPET = rx(
    r"(?:\S{0,40} )?(?P<kind>Error|Warning): (?P<message>.*?) (?:at |\(file: )"
    r"(?P<path>/[^\s:,()]{1,600})(?::|, line: )(?P<line>\d{1,9})(?:(?::"
    r"|, column: )(?P<col>\d{1,9}))?\)?.{0,120}$"
)
_SUDO = rx(
    r"(?:sudo: |>>> )?(?P<path>/etc/sudo[\w./-]{1,200}):(?P<line>\d{1,9})"
    r"(?::(?P<col>\d{1,9}))?: (?P<message>.*)$"
)
_PSQL = rx(
    r"psql:(?P<path>[^\s:]{1,600}):(?P<line>\d{1,9}): (?P<kind>ERROR|FATAL|WARNING|NOTICE|error): {1,2}"
    r"(?P<message>.*)$"
)
_YAML = rx(
    r"(?:.{0,400}?)\((?P<path>[^()<>\n]{1,400})\): (?P<message>.{1,600}?) at line (?P<line>\d{1,9}) "
    r"column (?P<col>\d{1,9})"
)
_SSHD = rx(
    r"(?P<path>/[^\s:]{1,400}(?:_config|\.conf)(?:\.d/[^\s:]{1,200})?)(?: line "
    r"|: line )(?P<line>\d{1,9}): (?P<message>.*)$"
)
_ONE_LINE = (
    (rx(r" in (?:/|[A-Za-z]:)[^\s:]{1,600}:\d"), _NGINX),
    (rx(r" in /[^\s:]{1,600}:\d"), _NGINX_BARE),
    (rx(r"parsing \["), _HAPROXY),
    (rx(r"(?:at |\(file: )/[^\s:,()]{1,600}(?::|, line: )\d"), _PUPPET),
    (rx(r"/etc/sudo"), _SUDO),
    (rx(r"psql:[^\s:]{1,600}:\d"), _PSQL),
    (rx(r"\): [^\n]{1,600} at line \d"), _YAML),
    (rx(r"(?:_config|\.conf)[\w./-]{0,300}(?: line |: line )\d"), _SSHD),
)
_ON_LINE = rx(r" on [^\s][^\n]{0,600}? line \d{1,9}[,:]")
_UP = 16


def read(doc: Document) -> Iterator[Trace]:
    """A trace a message."""
    for sign, pattern in _ONE_LINE:
        for line in doc.search(sign):
            found = None if doc.claimed[line] else pattern.match(doc.text, doc.starts[line], doc.ends[line])
            if found:
                kind = found.groupdict().get("kind") or "error"
                head = (kind, found["message"].strip())
                yield simple(doc, "config", head, [placed(doc, line, found)], (line, line))
    for line in doc.find("Syntax error on line "):
        found = None if doc.claimed[line] else _APACHE.match(doc.text, doc.starts[line], doc.ends[line])
        if found:
            message = doc.line(line + 1).strip()
            last = line + 1 if message else line
            yield simple(doc, "config", (found["kind"], message), [placed(doc, line, found)], (line, last))
    yield from _ansible(doc)
    for line in doc.search(_ON_LINE):
        found = None if doc.claimed[line] else _TERRAFORM.match(doc.text, doc.starts[line], doc.ends[line])
        if found and (trace := _terraform(doc, line)):
            yield trace


def _ansible(doc: Document) -> Iterator[Trace]:
    for sign, pattern in (("appears to ", _ANSIBLE), ("Origin: ", _ANSIBLE_ORIGIN)):
        for line in doc.find(sign):
            found = None if doc.claimed[line] else pattern.match(doc.text, doc.starts[line], doc.ends[line])
            if not found:
                continue
            first, message = line, ""
            for above in range(line - 1, max(line - _UP, -1), -1):
                if head := _ANSIBLE_HEAD.match(doc.line(above)):
                    first = above
                    rest = (doc.line(n).strip() for n in range(above + 1, line))
                    message = "\n".join([head["message"].strip(), *(part for part in rest if part)])
                    break
            yield simple(
                doc,
                "config",
                ("ERROR" if message else None, message),
                [placed(doc, line, found)],
                (first, line),
            )


def _terraform(doc: Document, line: int) -> Trace | None:
    for above in range(line - 1, max(line - 6, -1), -1):
        if not (head := _TERRAFORM_HEAD.match(doc.line(above))):
            continue
        found = _TERRAFORM.match(doc.text, doc.starts[line], doc.ends[line])
        assert found is not None  # noqa: S101 - the caller matched it
        code, last = None, line
        below = doc.line(line + 1).lstrip(" │|")
        if below.startswith(f"{found['line']}:"):
            code, last = below.partition(":")[2].strip(), line + 1
        frame = placed(doc, line, found, code=code)
        return simple(doc, "config", (head["kind"], head["message"].rstrip()), [frame], (above, last))
    return None


FORMAT = Format(
    "config",
    49,
    (
        "] ",
        " in /",
        "parsing [",
        "rror: ",
        "/etc/",
        "Syntax error on line ",
        "appears to ",
        "Origin: ",
        " on ",
        "psql:",
        "): ",
    ),
    read,
)
