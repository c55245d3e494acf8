; What JavaScript and TypeScript have in common.

; Functions
(function_declaration name: (_) @name body: (_) @body) @definition.function
(generator_function_declaration name: (_) @name body: (_) @body) @definition.function
(function_expression body: (_) @body) @definition.lambda
(function_expression name: (identifier) @name) @definition.function
(generator_function body: (_) @body) @definition.lambda
(generator_function name: (identifier) @name) @definition.function
(arrow_function body: (_) @body) @definition.lambda
(method_definition name: (_) @name body: (_) @body) @definition.method
(method_definition ["get" "set"]) @definition.accessor
(method_definition name: (property_identifier) @_name (#eq? @_name "constructor")) @definition.constructor
(class_static_block body: (_) @body (#set! name "static")) @definition.initializer

; A function without a name of its own has that of the place it is put into.
(variable_declarator
  name: (identifier) @name
  value: [(arrow_function) (function_expression) (generator_function)] @definition.function)
(assignment_expression
  left: (identifier) @name
  right: [(arrow_function) (function_expression) (generator_function)] @definition.function)
(assignment_expression
  left: (member_expression object: (_) @owner property: (_) @name)
  right: [(arrow_function) (function_expression) (generator_function)] @definition.function)
(assignment_expression
  left: (subscript_expression object: (_) @owner index: (string (string_fragment) @name))
  right: [(arrow_function) (function_expression) (generator_function)] @definition.function)
(pair key: (_) @name value: [(arrow_function) (function_expression) (generator_function)] @definition.function)
(assignment_pattern
  left: (identifier) @name
  right: [(arrow_function) (function_expression) (generator_function)] @definition.function)
(object_assignment_pattern
  left: (shorthand_property_identifier_pattern) @name
  right: [(arrow_function) (function_expression) (generator_function)] @definition.function)
(export_statement
  "default" @name
  value: [(arrow_function) (function_expression) (generator_function)] @definition.function)

; Wrappers that hand back the function they are given, or one that stands for it.
(variable_declarator
  name: (identifier) @name
  value: (call_expression
    function: [(identifier) @_wrapper (member_expression property: (property_identifier) @_wrapper)]
    arguments: (arguments . [(arrow_function) (function_expression)] @definition.function))
  (#any-of? @_wrapper
    "memo" "forwardRef" "useCallback" "useEvent" "useEffectEvent" "observer" "debounce" "throttle" "once"
    "memoize" "promisify" "asyncHandler" "catchAsync" "wrapAsync" "expressAsyncHandler" "defineEventHandler"))

(variable_declarator
  value: (call_expression
    function: [(identifier) @_wrapper (member_expression property: (property_identifier) @_wrapper)]
    arguments: (arguments . [(arrow_function) (function_expression)] @inner))
  (#any-of? @_wrapper
    "memo" "forwardRef" "useCallback" "useEvent" "useEffectEvent" "observer" "debounce" "throttle" "once"
    "memoize" "promisify" "asyncHandler" "catchAsync" "wrapAsync" "expressAsyncHandler" "defineEventHandler")) @extent

; Objects give their name to the functions in them.
(variable_declarator name: (identifier) @name value: (object) @definition.scope)
(assignment_expression left: (identifier) @name right: (object) @definition.scope)
(assignment_expression
  left: (member_expression object: (_) @owner property: (_) @name)
  right: (object) @definition.scope)
(pair key: (_) @name value: (object) @definition.scope)

; Classes
(class_declaration name: (_) @name body: (_) @body) @definition.class
(class body: (_) @body) @definition.class
(variable_declarator name: (identifier) @name value: (class) @definition.class)
(assignment_expression left: (identifier) @name right: (class) @definition.class)
(assignment_expression
  left: (member_expression object: (_) @owner property: (_) @name)
  right: (class) @definition.class)
(export_statement "default" @name value: (class) @definition.class)
(class name: (_) @name) @definition.class

; Fields
(assignment_expression
  left: (member_expression object: (this) property: (_) @name)
  right: (_) @body) @definition.field

; Whole statements
(export_statement declaration: (_) @inner) @extent
(export_statement value: (_) @inner) @extent
(lexical_declaration . (variable_declarator) @inner .) @extent
(variable_declaration . (variable_declarator) @inner .) @extent
(variable_declarator
  value: [(arrow_function) (function_expression) (generator_function) (class) (object)] @inner) @extent
(expression_statement
  (assignment_expression
    right: [(arrow_function) (function_expression) (generator_function) (class) (object)] @inner)) @extent
(pair value: [(arrow_function) (function_expression) (generator_function) (object)] @inner) @extent

; Calls
(call_expression
  function: (identifier) @call
  arguments: [(arguments) @arguments (template_string)])
(call_expression
  function: (member_expression object: (_) @receiver property: (_) @call)
  arguments: [(arguments) @arguments (template_string)])
(call_expression function: (super) @call arguments: (_) @arguments)
(new_expression constructor: (identifier) @new arguments: (_)? @arguments)
(new_expression
  constructor: (member_expression object: (_) @receiver property: (_) @new)
  arguments: (_)? @arguments)
(decorator (identifier) @decorator)
(decorator (member_expression object: (_) @receiver property: (_) @decorator))
(decorator (call_expression function: (identifier) @decorator arguments: (_) @arguments))
(decorator
  (call_expression
    function: (member_expression object: (_) @receiver property: (_) @decorator)
    arguments: (_) @arguments))

; Names passed on
(arguments (identifier) @argument)
(arguments (member_expression object: (_) @receiver property: (_) @argument))
(pair value: (identifier) @argument)
(pair value: (member_expression object: (_) @receiver property: (_) @argument))
(object (shorthand_property_identifier) @argument)
(array (identifier) @argument)
(member_expression object: (_) @receiver property: (_) @attribute)

; Imports
(import_statement
  (import_clause (identifier) @import.local)
  source: (string) @import.module
  (#set! imported "default"))
(import_statement (import_clause (namespace_import (identifier) @import.local)) source: (string) @import.module)
(import_statement
  (import_clause (named_imports (import_specifier name: (_) @import.name alias: (_)? @import.local)))
  source: (string) @import.module)
(export_statement
  (export_clause (export_specifier name: (_) @import.name alias: (_)? @import.local))
  source: (string) @import.module)
(export_statement (namespace_export (_) @import.local) source: (string) @import.module)
(export_statement "*" @import.name source: (string) @import.module)
(variable_declarator
  name: (identifier) @import.local
  value: [
    (call_expression function: (identifier) @_require arguments: (arguments . (string) @import.module))
    (await_expression (call_expression function: (import) arguments: (arguments . (string) @import.module)))
  ]
  (#any-of? @_require "require"))
(variable_declarator
  name: (object_pattern [
    (shorthand_property_identifier_pattern) @import.name
    (object_assignment_pattern left: (shorthand_property_identifier_pattern) @import.name)
    (pair_pattern key: (property_identifier) @import.name value: (identifier) @import.local)
  ])
  value: [
    (call_expression function: (identifier) @_require arguments: (arguments . (string) @import.module))
    (await_expression (call_expression function: (import) arguments: (arguments . (string) @import.module)))
  ]
  (#any-of? @_require "require"))
(variable_declarator
  name: (identifier) @import.local
  value: (member_expression
    object: (call_expression function: (identifier) @_require arguments: (arguments . (string) @import.module))
    property: (property_identifier) @import.name)
  (#eq? @_require "require"))
