; Functions
(function_declaration
  name: [
    (identifier) @name
    (dot_index_expression table: (_) @owner field: (_) @name)
    (method_index_expression table: (_) @owner method: (_) @name)
  ]
  body: (_)? @body) @definition.function
(function_definition body: (_)? @body) @definition.lambda
(assignment_statement
  (variable_list . [
    name: (identifier) @name
    name: (dot_index_expression table: (_) @owner field: (_) @name)
    name: (bracket_index_expression table: (_) @owner field: (string content: (_) @name))
  ] .)
  (expression_list . value: (function_definition) @definition.function .)) @extent
(field name: (identifier) @name value: (function_definition) @definition.function) @extent
(assignment_statement
  (variable_list . [
    name: (identifier) @name
    name: (dot_index_expression table: (_) @owner field: (_) @name)
  ] .)
  (expression_list . value: (table_constructor) @definition.scope .))
(field name: (identifier) @name value: (table_constructor) @definition.scope)
(variable_declaration (assignment_statement) @inner) @extent

; Calls
(function_call
  name: [
    (identifier) @call
    (dot_index_expression table: (_) @receiver field: (_) @call)
    (method_index_expression table: (_) @receiver method: (_) @call)
  ]
  arguments: (_) @arguments)

; Names passed on
(arguments [
  (identifier) @argument
  (dot_index_expression table: (_) @receiver field: (_) @argument)
])
(field value: (identifier) @argument)
(dot_index_expression table: (_) @receiver field: (_) @attribute)

; Imports
(assignment_statement
  (variable_list . name: (identifier) @import.local .)
  (expression_list . value: (function_call
    name: (identifier) @_require
    arguments: (arguments (string content: (_) @import.module))) .)
  (#eq? @_require "require"))
