; Functions
(function_item name: (_) @name body: (_) @body) @definition.function
(impl_item body: (declaration_list (function_item) @definition.method))
(trait_item body: (declaration_list (function_signature_item name: (_) @name) @definition.method))
(macro_definition name: (_) @name) @definition.function
(closure_expression body: (_) @body) @definition.lambda
(let_declaration pattern: (identifier) @name value: (closure_expression) @definition.lambda) @extent
(field_initializer field: (_) @name value: (closure_expression) @definition.lambda) @extent
(async_block (block) @body) @definition.lambda
((attribute_item)+ @extent . [
  (function_item) (function_signature_item) (struct_item) (enum_item) (trait_item) (impl_item) (union_item)
] @inner)

; Types
(struct_item name: (_) @name body: (_)? @body) @definition.class
(enum_item name: (_) @name body: (_) @body) @definition.class
(union_item name: (_) @name body: (_) @body) @definition.class
(trait_item name: (_) @name body: (_) @body) @definition.class
(trait_item bounds: (trait_bounds (_) @base)) @definition.class
(impl_item type: (_) @name body: (_) @body) @definition.scope
(impl_item trait: (_) @base) @definition.scope
(mod_item name: (_) @name body: (_) @body) @definition.scope
(field_declaration name: (_) @name) @definition.field
(enum_variant name: (_) @name) @definition.field
(trait_item body: (declaration_list (const_item name: (_) @name) @definition.field))
(impl_item body: (declaration_list (const_item name: (_) @name value: (_) @body) @definition.field))

; Calls
(call_expression function: (identifier) @call arguments: (_) @arguments)
(call_expression
  function: (field_expression value: (_) @receiver field: (field_identifier) @call)
  arguments: (_) @arguments)
(call_expression function: (scoped_identifier path: (_)? @receiver name: (_) @call) arguments: (_) @arguments)
(call_expression
  function: (generic_function function: [
    (identifier) @call
    (field_expression value: (_) @receiver field: (field_identifier) @call)
    (scoped_identifier path: (_)? @receiver name: (_) @call)
  ])
  arguments: (_) @arguments)
(call_expression
  function: (parenthesized_expression (field_expression value: (_) @receiver field: (_) @call))
  arguments: (_) @arguments)
(struct_expression name: [
  (type_identifier) @new
  (scoped_type_identifier path: (_)? @receiver name: (_) @new)
  (generic_type_with_turbofish type: (type_identifier) @new)
])
(macro_invocation macro: [(identifier) @call (scoped_identifier path: (_)? @receiver name: (_) @call)])
(attribute_item (attribute [(identifier) @decorator (scoped_identifier path: (_) @receiver name: (_) @decorator)]))

; The arguments of macros are tokens, no expressions.
(token_tree (identifier) @call . (token_tree "("))
(token_tree (_) @receiver . "." . (identifier) @call . (token_tree "("))
(token_tree (_) @receiver . "::" . (identifier) @call . (token_tree "("))

; Names passed on
(arguments (identifier) @argument)
(arguments (field_expression value: (_) @receiver field: (field_identifier) @argument))
(arguments (scoped_identifier path: (_)? @receiver name: (_) @argument))
(arguments (reference_expression value: (identifier) @argument))
(field_initializer value: (identifier) @argument)
(array_expression (identifier) @argument)
(array_expression (scoped_identifier path: (_)? @receiver name: (_) @argument))
(field_expression value: (_) @receiver field: (field_identifier) @attribute)

; Imports
(use_declaration argument: [(identifier) (crate) (self)] @import.module)
(use_declaration argument: (scoped_identifier path: (_)? @import.module name: (_) @import.name))
(use_declaration
  argument: (use_as_clause
    path: (scoped_identifier path: (_)? @import.module name: (_) @import.name)
    alias: (_) @import.local))
(use_declaration argument: (use_as_clause path: (identifier) @import.module alias: (_) @import.local))
(use_wildcard (_) @import.module (#set! imported "*"))
(scoped_use_list path: (_)? @import.module list: (use_list (identifier) @import.name))
(scoped_use_list
  path: (_) @import.module
  list: (use_list (use_as_clause path: (identifier) @import.name alias: (_) @import.local)))
(use_list (scoped_identifier path: (_)? @import.module name: (_) @import.name))
(scoped_use_list path: (_) @import.module list: (use_list (self)))
(mod_item name: (_) @import.module !body)
