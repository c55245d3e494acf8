; inherits: ecmascript

; Types
(abstract_class_declaration name: (_) @name body: (_) @body) @definition.class
(interface_declaration name: (_) @name body: (_) @body) @definition.class
(enum_declaration name: (_) @name body: (_) @body) @definition.class
(type_alias_declaration
  name: (_) @name
  value: [(object_type) (intersection_type) (union_type)] @body) @definition.class
(class_declaration
  (class_heritage [(extends_clause value: (_) @base) (implements_clause (_) @base)])) @definition.class
(class (class_heritage [(extends_clause value: (_) @base) (implements_clause (_) @base)])) @definition.class
(abstract_class_declaration
  (class_heritage [(extends_clause value: (_) @base) (implements_clause (_) @base)])) @definition.class
(interface_declaration (extends_type_clause type: (_) @base)) @definition.class
(internal_module name: (_) @name body: (_) @body) @definition.scope
(module name: (identifier) @name body: (_) @body) @definition.scope

; Members without a body
(abstract_method_signature name: (_) @name) @definition.method
(method_signature name: (_) @name) @definition.method

; Fields
(public_field_definition name: (_) @name value: (_)? @body) @definition.field
(property_signature name: (_) @name) @definition.field
(enum_body [(property_identifier) @name (enum_assignment name: (_) @name value: (_) @body)] @definition.field)
(required_parameter (accessibility_modifier) pattern: (identifier) @name) @definition.field
(optional_parameter (accessibility_modifier) pattern: (identifier) @name) @definition.field

; Functions
(public_field_definition
  name: (_) @name
  value: [(arrow_function) (function_expression) (generator_function)] @definition.function) @extent
(class_body (decorator)+ @extent . [(method_definition) (abstract_method_signature)] @inner)
(required_parameter
  pattern: (identifier) @name
  value: [(arrow_function) (function_expression)] @definition.function)

; Whole statements
(expression_statement (internal_module) @inner) @extent
(ambient_declaration (_) @inner) @extent

; Objects behind a type
(variable_declarator
  name: (identifier) @name
  value: [
    (as_expression . (object) @definition.scope)
    (satisfies_expression . (object) @definition.scope)
    (satisfies_expression . (as_expression . (object) @definition.scope))
  ])

; Calls; `await f<T>()` is for the grammar a call of `await f`.
(call_expression
  function: [
    (identifier) @call
    (member_expression object: (_) @receiver property: (_) @call)
    (super) @call
    (non_null_expression (identifier) @call)
    (non_null_expression (member_expression object: (_) @receiver property: (_) @call))
    (await_expression (identifier) @call)
    (await_expression (member_expression object: (_) @receiver property: (_) @call))
    (instantiation_expression (identifier) @call)
  ]
  arguments: [(arguments) @arguments (template_string)])

; Names passed on
(arguments [
  (non_null_expression (identifier) @argument)
  (non_null_expression (member_expression object: (_) @receiver property: (_) @argument))
  (as_expression . (identifier) @argument)
])

; Imports
(import_require_clause (identifier) @import.local source: (string) @import.module)
