; Functions
(function_declaration name: (_) @name body: (_)? @body) @definition.function
(method_declaration name: (_) @name body: (_)? @body) @definition.method
(method_declaration
  receiver: (parameter_list (parameter_declaration type: [
    (type_identifier) @owner
    (pointer_type (type_identifier) @owner)
    (generic_type type: (type_identifier) @owner)
    (pointer_type (generic_type type: (type_identifier) @owner))
    (parenthesized_type (type_identifier) @owner)
    (parenthesized_type (pointer_type (type_identifier) @owner))
  ]))) @definition.method
(func_literal body: (_) @body) @definition.lambda
(short_var_declaration
  left: (expression_list . (identifier) @name .)
  right: (expression_list . (func_literal) @definition.lambda .)) @extent
(assignment_statement
  left: (expression_list . [(identifier) @name (selector_expression field: (_) @name)] .)
  right: (expression_list . (func_literal) @definition.lambda .)) @extent
(var_spec name: (_) @name value: (expression_list . (func_literal) @definition.lambda .)) @extent
(keyed_element
  key: (literal_element [(identifier) @name (interpreted_string_literal (_) @name)])
  value: (literal_element (func_literal) @definition.lambda)) @extent

; Literals give their name to the functions in them.
(short_var_declaration
  left: (expression_list . (identifier) @name .)
  right: (expression_list . [
    (composite_literal) @definition.scope
    (unary_expression operand: (composite_literal) @definition.scope)
  ] .))
(var_spec
  name: (_) @name
  value: (expression_list . [
    (composite_literal) @definition.scope
    (unary_expression operand: (composite_literal) @definition.scope)
  ] .))

; Types
(type_spec name: (_) @name type: (_) @body) @definition.class
(type_spec type: (struct_type (field_declaration_list
  (field_declaration name: (_) @name @definition.field) @extent)))
(type_spec type: (struct_type (field_declaration_list
  (field_declaration
    !name
    type: [(type_identifier) (qualified_type) (generic_type) (pointer_type (_))] @base)))) @definition.class
(type_spec type: (interface_type (type_elem . [(type_identifier) (qualified_type)] @base .))) @definition.class
(interface_type (method_elem name: (_) @name) @definition.method)

; Whole statements
(type_declaration . (type_spec) @inner .) @extent
(var_declaration . (var_spec) @inner .) @extent

; Calls
(call_expression function: (identifier) @call arguments: (_) @arguments)
(call_expression
  function: (selector_expression operand: (_) @receiver field: (_) @call)
  arguments: (_) @arguments)
(call_expression function: (parenthesized_expression (selector_expression operand: (_) @receiver field: (_) @call)) arguments: (_) @arguments)
(call_expression function: (index_expression operand: (identifier) @call) arguments: (_) @arguments)
(call_expression
  function: (index_expression operand: (selector_expression operand: (_) @receiver field: (_) @call))
  arguments: (_) @arguments)
(type_conversion_expression type: (generic_type type: (type_identifier) @call))
(type_conversion_expression
  type: (generic_type type: (qualified_type package: (_) @receiver name: (_) @call)))
(composite_literal type: [(type_identifier) @new (generic_type type: (type_identifier) @new)])
(composite_literal type: [
  (qualified_type package: (_) @receiver name: (_) @new)
  (generic_type type: (qualified_type package: (_) @receiver name: (_) @new))
])

; Names passed on
(argument_list (identifier) @argument)
(argument_list (selector_expression operand: (_) @receiver field: (_) @argument))
(keyed_element value: (literal_element (identifier) @argument))
(keyed_element value: (literal_element (selector_expression operand: (_) @receiver field: (_) @argument)))
(literal_value (literal_element (identifier) @argument))
(selector_expression operand: (_) @receiver field: (_) @attribute)

; Imports
(package_clause (_) @package)
(import_spec name: (_)? @import.local path: (_) @import.module)
