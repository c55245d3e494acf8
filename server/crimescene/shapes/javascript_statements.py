"""JavaScript, TypeScript and JSX, run in the head: statements, functions, imports and exports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crimescene.shapes.javascript import Ecmascript
from crimescene.shapes.javascript_web import folder_routes
from crimescene.shapes.values import Scope, Slot, Value, either, given_out, present, unknown

if TYPE_CHECKING:
    from tree_sitter import Node

_QUERIES = ("@tanstack/react-query", "react-query", "swr")
_DECLARED = ("function_declaration", "generator_function_declaration")


class EcmascriptProgram(Ecmascript):
    """Everything of a file."""

    def s_program(self, node: Node, scope: Scope) -> bool:
        parts = self.parts(node)
        for part in parts:
            inner = part.child_by_field_name("declaration") if part.type == "export_statement" else part
            if inner is not None and inner.type in _DECLARED:
                self._declare(inner, scope)
        ended = self.block(parts, scope)
        if scope.parent is None:
            folder_routes(self, scope)
        return ended

    s_statement_block = s_program

    def _declare(self, node: Node, scope: Scope) -> None:
        made = self.function(node, scope)
        scope.names[made.name] = made

    def s_function_declaration(self, _node: Node, _scope: Scope) -> bool:
        return False

    s_generator_function_declaration = s_function_declaration
    s_ambient_declaration = s_function_signature = s_function_declaration

    def s_lexical_declaration(self, node: Node, scope: Scope) -> bool:
        for part in self.parts(node):
            name, value = part.child_by_field_name("name"), part.child_by_field_name("value")
            if name is not None and part.type == "variable_declarator":
                given = self.eval(value, scope) if value is not None else Value("null")
                if given.kind == "unknown":
                    given = self.declared(part.child_by_field_name("type"), scope)
                self.assign(name, given, scope, declares=True)
        return False

    s_variable_declaration = s_lexical_declaration

    def s_else_clause(self, node: Node, scope: Scope) -> bool:
        parts = self.parts(node)
        return self.maybe(parts[0] if parts else None, scope)

    def s_for_in_statement(self, node: Node, scope: Scope) -> bool:
        left, body = node.child_by_field_name("left"), node.child_by_field_name("body")
        source = self.eval(node.child_by_field_name("right"), scope)
        operator = node.child_by_field_name("operator")
        over = operator is None or operator.type == "of"
        if over:
            source = self.gone_through(source, "of", node, scope)
        else:
            source.reads.update(source.fields)
            source = Value("list", element=Value("text"))

        def once(value: Value) -> bool:
            if left is not None:
                self.assign(left, value, scope, declares=True)
            return self.maybe(body, scope)

        return self.each(source, once, scope)

    def _loop(self, node: Node, scope: Scope) -> bool:
        first, condition = node.child_by_field_name("initializer"), node.child_by_field_name("condition")
        body = node.child_by_field_name("body")
        if first is not None:
            self.exec(first, scope)
            for name in (p.child_by_field_name("name") for p in self.parts(first)):
                if name is not None and name.type == "identifier":
                    scope.names[self.text(name)] = Value("number")
        if condition is not None:
            self.ask(condition, scope)

        return self.repeated(lambda: self.maybe(body, scope), scope, self.mentioned(condition))

    s_for_statement = s_while_statement = s_do_statement = _loop

    def s_switch_statement(self, node: Node, scope: Scope) -> bool:
        value, body = node.child_by_field_name("value"), node.child_by_field_name("body")
        with self.asking():
            self.eval(value, scope)
        for case in self.parts(body) if body is not None else ():
            statements = case.children_by_field_name("body")

            def once(statements: list[Node] = statements) -> bool:
                with self.asking():
                    return self.block(statements, scope)

            self.branches(scope, None, [], [once, lambda: False])
        return False

    def s_try_statement(self, node: Node, scope: Scope) -> bool:
        body, handler = node.child_by_field_name("body"), node.child_by_field_name("handler")
        last = node.child_by_field_name("finalizer")

        def tried() -> bool:
            return self.caught_in(body, scope)

        def caught() -> bool:
            inner = handler.child_by_field_name("body") if handler is not None else None
            name = handler.child_by_field_name("parameter") if handler is not None else None
            if name is not None:
                self.assign(name, unknown(), scope, declares=True)
            return self.exec(inner, scope) if inner is not None else False

        ended = self.branches(scope, None, [], [tried, caught]) if handler is not None else tried()
        if last is not None:
            self.exec(self.parts(last)[0], scope)
        return ended

    # ------------------------------------------------------------ names

    def assign(self, left: Node, value: Value, scope: Scope, *, declares: bool = False) -> None:  # noqa: C901, PLR0912 -- one branch a pattern
        kind = left.type
        if kind in ("identifier", "shorthand_property_identifier_pattern"):
            name = self.text(left)
            holder = scope if declares else scope.find(name) or scope
            if holder is not scope and self.doubt and name in holder.names:
                value = either([holder.names[name], value])
            self.called_as(name, value, scope)
            holder.names[name] = value
        elif kind in ("object_pattern", "array_pattern"):
            self._pattern(left, value, scope, declares=declares)
        elif kind == "member_expression":
            base_node, name_node = left.child_by_field_name("object"), left.child_by_field_name("property")
            name = self.text(name_node) if name_node is not None else ""
            base_text = self.text(base_node) if base_node is not None else ""
            if (base_text, name) == ("module", "exports"):
                self._module(scope).names["module.exports"] = value
                return
            if base_text in ("exports", "module.exports"):
                self._module(scope).names[name] = value
                return
            self.called_as(name, value, scope)
            self.put(self.eval(base_node, scope), name, value)
        elif kind == "subscript_expression":
            base = self.eval(left.child_by_field_name("object"), scope)
            key = self.eval(left.child_by_field_name("index"), scope)
            if base.kind == "list":
                base.items, base.element = None, unknown()
            self.put(base, key.const if key.kind == "text" else None, value)
        elif kind in ("assignment_pattern", "object_assignment_pattern"):
            target, default = left.child_by_field_name("left"), left.child_by_field_name("right")
            if value.kind == "null":
                value = self.eval(default, scope)
            elif value.kind == "unknown" and default is not None:
                self.eval(default, scope)
            if target is not None:
                self.assign(target, value, scope, declares=declares)
        elif kind in ("parenthesized_expression", "non_null_expression", "rest_pattern"):
            for part in self.parts(left)[:1]:
                self.assign(part, value, scope, declares=declares)

    @staticmethod
    def _module(scope: Scope) -> Scope:
        while scope.parent is not None:
            scope = scope.parent
        return scope

    def _pattern(self, left: Node, value: Value, scope: Scope, *, declares: bool) -> None:  # noqa: C901 -- one branch a pattern
        first = self.parts(left)[0] if self.parts(left) else left
        self.needed(value, self.text(first.child_by_field_name("key") or first), left, scope)
        value = present(value)
        if left.type == "array_pattern":
            self.awaited(value, left, scope, self.text(first))
            for position, part in enumerate(self.parts(left)):
                exact = value.items if value.kind == "list" and part.type != "rest_pattern" else None
                fits = exact is not None and position < len(exact)
                given = exact[position] if fits and exact is not None else unknown()
                self.assign(part, given, scope, declares=declares)
            return
        if value.kind == "promise" and not self.lenient and self.parts(left):
            first = self.parts(left)[0]
            self.report("promise-not-awaited", value, self.text(first), left, scope)
        taken: set[str] = set()
        for part in self.parts(left):
            if part.type == "rest_pattern":
                rest = self.make("object", part, scope, "object")
                self.spread(rest, value)
                if value.kind == "object":
                    rest.at = value.at
                for name in taken:
                    rest.fields.pop(name, None)
                self.assign(part, rest, scope, declares=declares)
                continue
            target, key, tolerant = part, "", part.type == "object_assignment_pattern"
            if part.type == "pair_pattern":
                key_node, inner = part.child_by_field_name("key"), part.child_by_field_name("value")
                if key_node is None or inner is None:
                    continue
                key, target = self.text(key_node).strip("'\""), inner
                tolerant = inner.type == "assignment_pattern"
            elif tolerant:
                name_node = part.child_by_field_name("left")
                key = self.text(name_node) if name_node is not None else ""
            else:
                key = self.text(part)
            taken.add(key)
            self.lenient += tolerant
            known = value.kind in ("object", "module", "builtin", "union", "text")
            given = self.member(value, key, part, scope) if known else unknown()
            self.lenient -= tolerant
            self.assign(target, given, scope, declares=declares)

    # ------------------------------------------------------------ calls

    def bind(
        self,
        function: Value,
        scope: Scope,
        arguments: list[Value],
        named: dict[str, Value],
        node: Node | None,
    ) -> None:
        holder = function.node
        if holder is None:
            return
        single = holder.child_by_field_name("parameter")
        if single is not None:
            scope.names[self.text(single)] = arguments[0] if arguments else Value("null")
            return
        given = list(arguments)
        parameters = holder.child_by_field_name("parameters")
        for part in self.parts(parameters) if parameters is not None else ():
            pattern, default = part.child_by_field_name("pattern") or part, part.child_by_field_name("value")
            if pattern.type == "rest_pattern":
                self.handed_out(given, scope)
                self.assign(pattern, unknown(), scope, declares=True)
                continue
            value = given.pop(0) if given else Value("null")
            if value.kind == "null" and default is not None:
                value = self.eval(default, scope)
            self.assign(pattern, value, scope, declares=True)
            kept = any(c.type in ("accessibility_modifier", "readonly") for c in part.children)
            if (
                kept
                and pattern.type == "identifier"
                and scope.this is not None
                and scope.this.kind == "object"
            ):
                scope.this.fields[self.text(pattern)] = Slot(value)

    def body(self, function: Value, scope: Scope) -> Value:
        node = function.node
        inner = node.child_by_field_name("body") if node is not None else None
        if node is None or inner is None:
            return unknown()
        if inner.type != "statement_block":
            result = given_out(self.eval(inner, scope), self.hop(inner, scope, "returns nothing"))
        else:
            if not self.exec(inner, scope):
                scope.returned.append(self.fell_through(node, scope, bare=not self.parts(inner)))
            elif not scope.returned and self.left == "throw":
                return Value("never")
            result = either(scope.returned)
        if node.type.startswith("generator") or any(c.type == "*" for c in node.children):
            return unknown()
        if result.kind == "unknown" or (result.kind == "promise" and result.element is None):
            typed = self.declared(node.child_by_field_name("return_type"), function.scope or scope)
            promised = result.kind == "promise" or _promises(node)
            typed = result if typed.kind == "unknown" and result.kind == "unknown" else typed
            kept = Value("promise", at=self.hop(node, scope), element=typed, node=node)
            result = kept if promised else typed
        if any(c.type == "async" for c in node.children):
            result = result.element or unknown() if result.kind == "promise" else result
            return Value("promise", at=self.hop(node, scope, "async"), element=result, node=node)
        return result

    # ------------------------------------------------------------ modules

    def s_import_statement(self, node: Node, scope: Scope) -> bool:
        source = node.child_by_field_name("source")
        name = self.text(source).strip("'\"") if source is not None else ""
        found = self.load(scope.path, name)
        for clause in (p for p in self.parts(node) if p.type == "import_clause"):
            for part in self.parts(clause):
                if part.type == "identifier":
                    scope.names[self.text(part)] = self._imported(found, "default", name)
                elif part.type == "namespace_import":
                    bound = self.text(self.parts(part)[0])
                    whole = Value("module", scope=found) if found is not None else unknown()
                    scope.names[bound] = whole
                elif part.type == "named_imports":
                    for one in self.parts(part):
                        given, alias = one.child_by_field_name("name"), one.child_by_field_name("alias")
                        if given is not None:
                            bound = self.text(alias or given)
                            scope.names[bound] = self._imported(found, self.text(given), name)
        return False

    def _imported(self, found: Scope | None, name: str, module: str) -> Value:
        if found is not None:
            return self.exported(found, name)
        if module == "axios":
            return Value("builtin", name="axios")
        if module in _QUERIES or module == "next/server":
            return Value("builtin", name="useSWR" if module == "swr" and name == "default" else name)
        if module in ("events", "node:events"):
            return Value("builtin", name="EventEmitter")
        return Value("builtin", name=name) if module == "react" and name != "default" else unknown()

    def s_export_statement(self, node: Node, scope: Scope) -> bool:
        inner = node.child_by_field_name("declaration")
        value = node.child_by_field_name("value")
        default = any(c.type == "default" for c in node.children)
        if inner is not None:
            self.exec(inner, scope)
            name = inner.child_by_field_name("name")
            if default and name is not None:
                scope.names["export default"] = scope.names.get(self.text(name)) or unknown()
        elif value is not None:
            scope.names["export default"] = self.eval(value, scope)
        else:
            source = node.child_by_field_name("source")
            found = self.load(scope.path, self.text(source).strip("'\"")) if source is not None else scope
            for clause in (p for p in self.parts(node) if p.type == "export_clause"):
                for one in self.parts(clause):
                    given, alias = one.child_by_field_name("name"), one.child_by_field_name("alias")
                    if given is not None and found is not None:
                        label = self.text(alias or given)
                        inside = label in scope.names and label != self.text(
                            given
                        )  # means another thing here
                        label = f"export {label}" if inside or label == "default" else label
                        scope.names[label] = self.exported(found, self.text(given))
        return False


def _promises(function: Node) -> bool:
    typed = function.child_by_field_name("return_type")
    return typed is not None and (typed.text or b"").lstrip(b": ").startswith(b"Promise<")
