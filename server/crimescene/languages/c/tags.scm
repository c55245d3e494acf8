; Functions
(function_definition body: (_) @body) @definition.function
(function_definition declarator: [
  (function_declarator declarator: (identifier) @name)
  (pointer_declarator declarator: (function_declarator declarator: (identifier) @name))
  (pointer_declarator
    declarator: (pointer_declarator declarator: (function_declarator declarator: (identifier) @name)))
  (function_declarator
    declarator: (parenthesized_declarator
      (pointer_declarator declarator: (function_declarator declarator: (identifier) @name))))
  (function_declarator declarator: (parenthesized_declarator (identifier) @name))
  (function_declarator declarator: (function_declarator declarator: (identifier) @name))
]) @definition.function
(preproc_function_def name: (_) @name value: (_) @body) @definition.function

; Types
(struct_specifier name: (_) @name body: (_) @body) @definition.class
(union_specifier name: (_) @name body: (_) @body) @definition.class
(enum_specifier name: (_) @name body: (_) @body) @definition.class
(type_definition type: [
  (struct_specifier !name body: (_) @body) @definition.class
  (union_specifier !name body: (_) @body) @definition.class
  (enum_specifier !name body: (_) @body) @definition.class
] declarator: (type_identifier) @name) @extent
(type_definition type: [(struct_specifier name: (_)) (union_specifier name: (_)) (enum_specifier name: (_))] @inner)
  @extent
(field_declaration declarator: [
  (field_identifier) @name
  (pointer_declarator declarator: (field_identifier) @name)
  (pointer_declarator declarator: (pointer_declarator declarator: (field_identifier) @name))
  (array_declarator declarator: (field_identifier) @name)
  (array_declarator declarator: (array_declarator declarator: (field_identifier) @name))
  (pointer_declarator declarator: (array_declarator declarator: (field_identifier) @name))
  (function_declarator
    declarator: (parenthesized_declarator (pointer_declarator declarator: (field_identifier) @name)))
] @definition.field) @extent
(enumerator name: (_) @name value: (_)? @body) @definition.field

; Calls
(call_expression function: (identifier) @call arguments: (_) @arguments)
(call_expression
  function: (field_expression argument: (_) @receiver field: (_) @call)
  arguments: (_) @arguments)
(call_expression
  function: (parenthesized_expression [
    (identifier) @call
    (pointer_expression argument: (identifier) @call)
    (pointer_expression argument: (field_expression argument: (_) @receiver field: (_) @call))
    (field_expression argument: (_) @receiver field: (_) @call)
  ])
  arguments: (_) @arguments)

; Names passed on
(argument_list (identifier) @argument)
(argument_list (field_expression argument: (_) @receiver field: (_) @argument))
(argument_list (pointer_expression operator: "&" argument: (identifier) @argument))
(initializer_pair value: (identifier) @argument)
(initializer_pair value: (pointer_expression argument: (identifier) @argument))
(initializer_list (identifier) @argument)
(assignment_expression right: (identifier) @argument)
(assignment_expression right: (pointer_expression operator: "&" argument: (identifier) @argument))
(init_declarator value: (identifier) @argument)
(field_expression argument: (_) @receiver field: (_) @attribute)

; Imports
(preproc_include path: (_) @import.module)
