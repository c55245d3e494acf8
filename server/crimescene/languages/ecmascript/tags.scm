; What JavaScript and TypeScript have in common. Patterns of one root are one pattern where possible:
; the time to compile a query grows with the number of its patterns. Alternatives within alternatives
; are not: tree-sitter finds only some of them.

; Functions
(function_declaration name: (_) @name body: (_) @body) @definition.function
(generator_function_declaration name: (_) @name body: (_) @body) @definition.function
(function_expression body: (_) @body) @definition.lambda
(function_expression name: (identifier) @name) @definition.function
(generator_function name: (identifier)? @name body: (_) @body) @definition.function
(arrow_function body: (_) @body) @definition.lambda
(method_definition name: (_) @name body: (_) @body) @definition.method
(method_definition ["get" "set"]) @definition.accessor
(method_definition name: (property_identifier) @_name (#eq? @_name "constructor")) @definition.constructor
(class_static_block body: (_) @body (#set! name "static")) @definition.initializer

; Classes
(class_declaration name: (_) @name body: (_) @body) @definition.class
(class name: (_)? @name body: (_) @body) @definition.class

; What has no name of its own has that of the place it is put into; objects give theirs to the functions in them.
(variable_declarator
  name: (identifier) @name
  value: [
    (arrow_function) @definition.function
    (function_expression) @definition.function
    (generator_function) @definition.function
    (class) @definition.class
    (object) @definition.scope
  ]) @extent
(assignment_expression
  left: [
    (identifier) @name
    (member_expression object: (_) @owner property: (_) @name)
    (subscript_expression object: (_) @owner index: (string (string_fragment) @name))
  ]
  right: [
    (arrow_function) @definition.function
    (function_expression) @definition.function
    (generator_function) @definition.function
    (class) @definition.class
    (object) @definition.scope
  ]) @extent
(pair
  key: (_) @name
  value: [
    (arrow_function) @definition.function
    (function_expression) @definition.function
    (generator_function) @definition.function
    (object) @definition.scope
  ]) @extent
(assignment_pattern
  left: (identifier) @name
  right: [(arrow_function) (function_expression) (generator_function)] @definition.function)
(object_assignment_pattern
  left: (shorthand_property_identifier_pattern) @name
  right: [(arrow_function) (function_expression) (generator_function)] @definition.function)
(export_statement
  "default" @name
  value: [
    (arrow_function) @definition.function
    (function_expression) @definition.function
    (generator_function) @definition.function
    (class) @definition.class
  ]) @extent

; Wrappers that hand back the function they are given, or one that stands for it.
(variable_declarator
  name: (identifier) @name
  value: (call_expression
    function: [(identifier) @_wrapper (member_expression property: (property_identifier) @_wrapper)]
    arguments: (arguments . [(arrow_function) (function_expression)] @definition.function))
  (#any-of? @_wrapper
    "memo" "forwardRef" "useCallback" "useEvent" "useEffectEvent" "observer" "debounce" "throttle" "once"
    "memoize" "promisify" "asyncHandler" "catchAsync" "wrapAsync" "expressAsyncHandler" "defineEventHandler"))
  @extent

; Two of them: memo(forwardRef((props, ref) => ...))
(variable_declarator
  name: (identifier) @name
  value: (call_expression
    function: [(identifier) @_wrapper (member_expression property: (property_identifier) @_wrapper)]
    arguments: (arguments . (call_expression
      function: [(identifier) @_inner (member_expression property: (property_identifier) @_inner)]
      arguments: (arguments . [(arrow_function) (function_expression)] @definition.function))))
  (#any-of? @_wrapper "memo" "observer" "forwardRef")
  (#any-of? @_inner "memo" "observer" "forwardRef"))
  @extent

; Fields
(assignment_expression
  left: (member_expression object: (this) property: (_) @name)
  right: (_) @body) @definition.field

; Whole statements
(export_statement declaration: (_) @inner) @extent
(lexical_declaration . (variable_declarator) @inner .) @extent
(variable_declaration . (variable_declarator) @inner .) @extent
(expression_statement (assignment_expression) @inner) @extent

; Calls
(new_expression
  constructor: [
    (identifier) @new
    (member_expression object: (_) @receiver property: (_) @new)
  ]
  arguments: (_)? @arguments)
(decorator [
  (identifier) @decorator
  (member_expression object: (_) @receiver property: (_) @decorator)
  (call_expression function: (identifier) @decorator arguments: (_) @arguments)
  (call_expression
    function: (member_expression object: (_) @receiver property: (_) @decorator)
    arguments: (_) @arguments)
])

; Names passed on
(arguments [(identifier) @argument (member_expression object: (_) @receiver property: (_) @argument)])
(pair value: [(identifier) @argument (member_expression object: (_) @receiver property: (_) @argument)])
(object (shorthand_property_identifier) @argument)
(array (identifier) @argument)
(member_expression object: (_) @receiver property: (_) @attribute)

; Imports
(import_statement
  (import_clause [
    (identifier) @import.default
    (namespace_import (identifier) @import.local)
    (named_imports (import_specifier name: (_) @import.name alias: (_)? @import.local))
  ])
  source: (string) @import.module)
(export_statement
  [
    (export_clause (export_specifier name: (_) @import.name alias: (_)? @import.local))
    (namespace_export (_) @import.local)
    "*" @import.name
  ]
  source: (string) @import.module)
(variable_declarator
  name: [
    (identifier) @import.local
    (object_pattern (shorthand_property_identifier_pattern) @import.name)
    (object_pattern
      (object_assignment_pattern left: (shorthand_property_identifier_pattern) @import.name))
    (object_pattern
      (pair_pattern key: (property_identifier) @import.name value: (identifier) @import.local))
  ]
  value: [
    (call_expression function: (identifier) @_require arguments: (arguments . (string) @import.module))
    (await_expression (call_expression function: (import) arguments: (arguments . (string) @import.module)))
    (member_expression
      object: (call_expression function: (identifier) @_require arguments: (arguments . (string) @import.module))
      property: (property_identifier) @import.name)
  ]
  (#any-of? @_require "require"))
