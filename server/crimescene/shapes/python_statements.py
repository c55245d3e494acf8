"""Python, run in the head: statements, functions, classes and imports."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from crimescene.shapes.python import Python
from crimescene.shapes.python_classes import RECORDS, declare
from crimescene.shapes.values import Scope, Slot, Value, either, opened, unknown

if TYPE_CHECKING:
    from tree_sitter import Node

_ROUTE = re.compile(r"@\w+\.(get|post|put|patch|delete|route)\(\s*[\"'](/[^\"']*)[\"']")


class PythonProgram(Python):
    """Everything of a Python file."""

    strict_missing = True

    def s_block(self, node: Node, scope: Scope) -> bool:
        return self.block(self.parts(node), scope)

    s_module = s_block

    def s_raise_statement(self, node: Node, scope: Scope) -> bool:
        self.eval_all(node, scope)
        self.left = "throw"
        return True

    def eval_all(self, node: Node, scope: Scope) -> None:
        """Evaluate every part."""
        for part in self.parts(node):
            self.eval(part, scope)

    def s_assert_statement(self, node: Node, scope: Scope) -> bool:
        for part in self.parts(node)[:1]:
            self.ask(part, scope)
            self.quiet += self.mentioned(part)
        return False

    def s_delete_statement(self, node: Node, scope: Scope) -> bool:
        for part in self.parts(node):
            if part.type == "subscript":
                opened(self.eval(part.child_by_field_name("value"), scope))
        return False

    def s_if_statement(self, node: Node, scope: Scope) -> bool:
        condition = node.child_by_field_name("condition")
        if condition is not None and "__main__" in self.text(condition):
            then = node.child_by_field_name("consequence")
            return self.exec(then, scope) if then is not None else False
        return self._if(node, node.children_by_field_name("alternative"), scope)

    def _if(self, node: Node, rest: list[Node], scope: Scope) -> bool:
        def other() -> bool:
            if not rest:
                return False
            if rest[0].type == "elif_clause":
                return self._if(rest[0], rest[1:], scope)
            return self.maybe(rest[0].child_by_field_name("body"), scope)

        then = node.child_by_field_name("consequence")
        return self.choose(node.child_by_field_name("condition"), then, other, scope)

    def s_for_statement(self, node: Node, scope: Scope) -> bool:
        source = self.eval(node.child_by_field_name("right"), scope)
        left, body = node.child_by_field_name("left"), node.child_by_field_name("body")
        rounds = self.gone_through(source, node, scope)

        def once(value: Value) -> bool:
            if left is not None:
                self.assign(left, value, scope)
            return self.maybe(body, scope)

        ended = self.each(rounds, once, scope)
        after = node.child_by_field_name("alternative")
        return self.caught_in(after, scope) and ended if after is not None else ended

    def s_while_statement(self, node: Node, scope: Scope) -> bool:
        condition, body = node.child_by_field_name("condition"), node.child_by_field_name("body")
        self.ask(condition, scope)
        return self.repeated(lambda: self.maybe(body, scope), scope, self.mentioned(condition))

    def s_try_statement(self, node: Node, scope: Scope) -> bool:  # noqa: C901 -- one branch a part
        body = node.child_by_field_name("body")
        handlers = [c for c in self.parts(node) if c.type in ("except_clause", "except_group_clause")]

        def tried() -> bool:
            if handlers:
                with self.asking():
                    return self.caught_in(body, scope)
            return self.maybe(body, scope)

        def caught() -> bool:
            ended = True
            for handler in handlers:
                for part in self.parts(handler):
                    if part.type == "as_pattern":
                        for name in part.children_by_field_name("alias"):
                            self.assign(self.parts(name)[0] if self.parts(name) else name, unknown(), scope)
                    elif part.type == "block":
                        ended = self.exec(part, scope) and ended
            return ended

        ended = self.branches(scope, None, [], [tried, caught]) if handlers else tried()
        for part in self.parts(node):
            if part.type in ("finally_clause", "else_clause") and self.parts(part):
                ended = self.exec(self.parts(part)[-1], scope) or ended
        return ended

    def s_with_statement(self, node: Node, scope: Scope) -> bool:
        stack = [c for c in self.parts(node) if c.type == "with_clause"]
        for item in (i for clause in stack for i in self.parts(clause)):
            value = item.child_by_field_name("value") or item
            if value.type == "as_pattern":
                held = self.eval(self.parts(value)[0], scope)
                held = held if held.style == "client" else unknown()
                for name in value.children_by_field_name("alias"):
                    self.assign(self.parts(name)[0] if self.parts(name) else name, held, scope)
            else:
                self.eval(value, scope)
        body = node.child_by_field_name("body")
        return self.exec(body, scope) if body is not None else False

    def s_match_statement(self, node: Node, scope: Scope) -> bool:
        subject = node.child_by_field_name("subject")
        with self.asking():
            self.eval(subject, scope)
        body = node.child_by_field_name("body")
        for case in self.parts(body) if body is not None else ():
            inner = case.child_by_field_name("consequence")
            if inner is not None:
                with self.doubting(), self.asking():
                    self.exec(inner, scope)
        return False

    def s_global_statement(self, node: Node, scope: Scope) -> bool:
        scope.outer.update(self.text(p) for p in self.parts(node))
        return False

    s_nonlocal_statement = s_global_statement

    # ------------------------------------------------------------ definitions

    def s_function_definition(self, node: Node, scope: Scope) -> bool:
        name = node.child_by_field_name("name")
        made = Value("function", at=self.hop(node, scope), node=node, scope=scope)
        made.name = self.text(name) if name is not None else ""
        scope.names[made.name] = made
        return False

    def s_decorated_definition(self, node: Node, scope: Scope) -> bool:
        inner = node.child_by_field_name("definition")
        if inner is None:
            return False
        decorators = [self.text(p).removeprefix("@").partition("(") for p in self.parts(node)[:-1]]
        last = [head.strip().rpartition(".")[2] for head, _, _ in decorators]
        name_node = inner.child_by_field_name("name")
        name = self.text(name_node) if name_node is not None else ""
        if inner.type == "class_definition":
            declare(self, inner, scope, record=len(last) == 1 and last[0] in (*RECORDS, "s"))
            return False
        self.exec(inner, scope)
        kept = ("staticmethod", "classmethod", "override", "abstractmethod")
        if not all(d in kept for d in last) and name in scope.names:
            scope.names[name].style = "decorated"
            self._route(node, scope.names[name], scope)
        elif last and name in scope.names:
            scope.names[name].style = "" if last[0] not in kept[:2] else last[0]
        return False

    def _route(self, node: Node, function: Value, scope: Scope) -> None:
        """Note a handler: ``@app.get("/orders")``, ``@app.route("/orders")``."""
        for part in self.parts(node)[:-1]:
            found = _ROUTE.match(self.text(part))
            if found is None:
                continue

            def answer() -> Value:
                plain = replace(function, style="")
                with self.doubting():
                    result = self.call(plain, [unknown()] * 8, {}, None, scope)
                return result.element or unknown() if result.kind == "promise" else result

            listed = re.findall(r"methods\s*=\s*[\[(]([^\])]*)", self.text(part))
            verbs = re.findall(r"\w+", listed[0]) if listed else ["get" if found[1] == "route" else found[1]]
            for verb in verbs:
                self.routes.add(verb, found[2], answer)

    def s_class_definition(self, node: Node, scope: Scope) -> bool:
        declare(self, node, scope, record=False)
        return False

    def declared(self, typed: Node | None, scope: Scope) -> Value:
        """Return what an annotation says that a value is; unknown where it may be anything."""
        if typed is None:
            return unknown()
        parts = self.parts(typed)
        if typed.type == "type" and parts:
            return self.declared(parts[0], scope)
        if typed.type == "identifier":
            holder = scope.find(self.text(typed))
            owner = holder.names[self.text(typed)] if holder is not None else unknown()
            known = owner.kind == "class" and owner.element is not None and not owner.open
            if known and owner.style in ("typed", "record", "named", "model") and owner.element is not None:
                made = Value(
                    "object", at=owner.at, style="dict" if owner.style == "typed" else "record", this=owner
                )
                made.fields = {
                    k: Slot(s.value, s.maybe and owner.style == "typed", s.alias)
                    for k, s in owner.element.fields.items()
                }
                return made
        if typed.type == "generic_type" and self.text(parts[0]) in ("list", "List", "Sequence", "Iterable"):
            inner = self.parts(parts[1]) if len(parts) > 1 else []
            if len(inner) == 1:
                return Value(
                    "list",
                    at=self.hop(typed, scope, "declared"),
                    style="list",
                    element=self.declared(inner[0], scope),
                )
        return unknown()

    # ------------------------------------------------------------ calls

    def bind(
        self,
        function: Value,
        scope: Scope,
        arguments: list[Value],
        named: dict[str, Value],
        node: Node | None,
    ) -> None:
        holder = function.node.child_by_field_name("parameters") if function.node is not None else None
        given = list(arguments)
        for part in self.parts(holder) if holder is not None else ():
            if part.type in ("list_splat_pattern", "dictionary_splat_pattern"):
                self.handed_out(given, scope)
                rest = self._rest(part, named, node, scope)
                self.assign(self.parts(part)[0], rest, scope)
                given = []
                continue
            name_node = part.child_by_field_name("name") or part
            if part.type == "typed_parameter":
                name_node = self.parts(part)[0]
            if name_node.type in ("list_splat_pattern", "dictionary_splat_pattern"):
                self.handed_out(given, scope)
                given = []
                name_node = self.parts(name_node)[0]
                scope.names[self.text(name_node)] = unknown()
                continue
            if name_node.type != "identifier":
                continue
            name = self.text(name_node)
            default = part.child_by_field_name("value")
            if given:
                value = given.pop(0)
            elif name in named:
                value = named[name]
            elif default is not None and node is not None:
                value = self.eval(default, scope)
            else:
                value = unknown()
            scope.names[name] = value

    def _rest(self, part: Node, named: dict[str, Value], node: Node | None, scope: Scope) -> Value:
        """Return the dict of the named arguments that no parameter takes; unknown where there may be more."""
        if part.type != "dictionary_splat_pattern" or node is None or node.type != "call":
            return unknown()
        made = self.make("object", node, scope, "dict")
        made.fields = {name: Slot(value) for name, value in named.items() if name not in scope.names}
        return made

    def body(self, function: Value, scope: Scope) -> Value:  # noqa: PLR0911 -- one answer a kind of function
        node = function.node
        inner = node.child_by_field_name("body") if node is not None else None
        if node is None or inner is None:
            return unknown()
        if node.type == "lambda":
            return self.eval(inner, scope)
        ended = self.exec(inner, scope)
        if not ended:
            scope.returned.append(self.fell_through(node, scope, bare=_bare(inner)))
        elif not scope.returned and self.left == "throw" and b"NotImpl" not in (inner.text or b""):
            return Value("never")
        result = either(scope.returned)
        if function.style == "decorated":
            return unknown()
        if _yields(inner):
            plain = not any(c.type == "async" for c in node.children) and bool(scope.yielded)
            given = either(scope.yielded) if plain else unknown()
            return Value("list", at=self.hop(node, scope), style="generator", element=given)
        if result.kind == "unknown":
            typed = self.declared(node.child_by_field_name("return_type"), function.scope or scope)
            result = result if typed.kind == "unknown" else typed
        if any(c.type == "async" for c in node.children):
            return Value("promise", at=self.hop(node, scope, "async"), element=result, node=node)
        return result

    # ------------------------------------------------------------ other files

    def s_import_statement(self, node: Node, scope: Scope) -> bool:
        for part in self.parts(node):
            name = part.child_by_field_name("name") or part
            alias = part.child_by_field_name("alias")
            dotted = self.text(name)
            found = self.load(scope.path, dotted)
            bound = self.text(alias) if alias is not None else dotted.partition(".")[0]
            if found is not None and (alias is not None or "." not in dotted):
                scope.names[bound] = Value("module", scope=found, name=dotted)
            else:
                scope.names[bound] = unknown() if found is not None else Value("external", name=bound)
        return False

    def s_import_from_statement(self, node: Node, scope: Scope) -> bool:
        module = node.child_by_field_name("module_name")
        dotted = self.text(module) if module is not None else ""
        found = self.load(scope.path, dotted)
        for part in node.children_by_field_name("name"):
            name = part.child_by_field_name("name") or part
            alias = part.child_by_field_name("alias")
            wanted = self.text(name)
            bound = self.text(alias) if alias is not None else wanted
            if found is not None and wanted in found.names:
                scope.names[bound] = found.names[wanted]
                continue
            inner = self.load(scope.path, f"{dotted}{'' if dotted.endswith('.') else '.'}{wanted}")
            if inner is not None:
                scope.names[bound] = Value("module", scope=inner, name=wanted)
            else:
                external = found is None and not dotted.startswith(".")
                scope.names[bound] = Value("external", name=f"{dotted}.{wanted}") if external else unknown()
        return False


def _yields(body: Node) -> bool:
    stack = [body]
    while stack:
        node = stack.pop()
        if node.type == "yield":
            return True
        stack += [c for c in node.named_children if c.type not in ("function_definition", "lambda")]
    return False


def _bare(body: Node) -> bool:
    """Whether a body only says that somebody else does it."""
    return all(
        part.type in ("pass_statement", "comment")
        or (
            part.type == "expression_statement"
            and all(p.type in ("string", "ellipsis") for p in part.named_children)
        )
        for part in body.named_children
    )
