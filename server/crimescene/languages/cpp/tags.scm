; Functions; a qualified name says whose they are.
(function_definition body: (_) @body) @definition.function
(function_definition declarator: [
  (function_declarator declarator: (_) @name)
  (pointer_declarator declarator: (function_declarator declarator: (_) @name))
  (pointer_declarator
    declarator: (pointer_declarator declarator: (function_declarator declarator: (_) @name)))
  (reference_declarator (function_declarator declarator: (_) @name))
  (operator_cast) @name
  (qualified_identifier name: (operator_cast)) @name
]) @definition.function
(field_declaration_list
  (function_definition !type declarator: (function_declarator declarator: (identifier))) @definition.constructor)
(field_declaration_list
  (template_declaration
    (function_definition !type declarator: (function_declarator declarator: (identifier))) @definition.constructor))
(function_definition
  !type
  declarator: (function_declarator
    declarator: (qualified_identifier name: [
      (identifier)
      (qualified_identifier name: (identifier))
    ]))) @definition.constructor
(lambda_expression body: (_) @body) @definition.lambda
(init_declarator declarator: (identifier) @name value: (lambda_expression) @definition.lambda)
(optional_parameter_declaration
  declarator: (identifier) @name
  default_value: (lambda_expression) @definition.lambda)
(preproc_function_def name: (_) @name value: (_) @body) @definition.function

; Types
(class_specifier name: (_) @name body: (_) @body) @definition.class
(struct_specifier name: (_) @name body: (_) @body) @definition.class
(union_specifier name: (_) @name body: (_) @body) @definition.class
(enum_specifier name: (_) @name body: (_) @body) @definition.class
(class_specifier (base_class_clause [(type_identifier) (qualified_identifier) (template_type)] @base))
  @definition.class
(struct_specifier (base_class_clause [(type_identifier) (qualified_identifier) (template_type)] @base))
  @definition.class
(type_definition type: [
  (struct_specifier !name body: (_) @body) @definition.class
  (union_specifier !name body: (_) @body) @definition.class
  (enum_specifier !name body: (_) @body) @definition.class
] declarator: (type_identifier) @name) @extent
(namespace_definition name: (_) @name body: (_) @body) @definition.scope
(field_declaration
  declarator: [
    (field_identifier) @name
    (pointer_declarator declarator: (field_identifier) @name)
    (reference_declarator (field_identifier) @name)
    (array_declarator declarator: (field_identifier) @name)
    (function_declarator
      declarator: (parenthesized_declarator (pointer_declarator declarator: (field_identifier) @name)))
  ] @definition.field) @extent
(enumerator name: (_) @name value: (_)? @body) @definition.field

; Whole statements
(template_declaration [(function_definition) (class_specifier) (struct_specifier)] @inner) @extent
(declaration . (placeholder_type_specifier) . (init_declarator value: (lambda_expression) @inner) .) @extent
(declaration type: (_) . declarator: (init_declarator value: (lambda_expression) @inner) .) @extent

; Calls
(call_expression
  function: [
    (identifier) @call
    (qualified_identifier) @call
    (template_function name: (_) @call)
    (field_expression argument: (_) @receiver field: (field_identifier) @call)
    (field_expression argument: (_) @receiver field: (template_method name: (_) @call))
    (field_expression argument: (_) @receiver field: (dependent_name (template_method name: (_) @call)))
    (parenthesized_expression (pointer_expression argument: (_) @call))
  ]
  arguments: (_) @arguments)
(new_expression
  type: [(type_identifier) @new (qualified_identifier) @new (template_type name: (_) @new)]
  arguments: (_)? @arguments)
(compound_literal_expression
  type: [(type_identifier) @new (qualified_identifier) @new (template_type name: (_) @new)]
  value: (_) @arguments)
(declaration
  type: [(type_identifier) @new (qualified_identifier) @new (template_type name: (_) @new)]
  declarator: (init_declarator value: [(argument_list) (initializer_list)] @arguments))
(field_initializer [(field_identifier) (template_method)] @new (argument_list) @arguments)

; Names passed on
(argument_list (identifier) @argument)
(argument_list (qualified_identifier) @argument)
(argument_list (field_expression argument: (_) @receiver field: (field_identifier) @argument))
(argument_list (pointer_expression operator: "&" argument: [(identifier) (qualified_identifier)] @argument))
(initializer_pair value: (identifier) @argument)
(initializer_list (identifier) @argument)
(assignment_expression right: (identifier) @argument)
(assignment_expression
  right: (pointer_expression operator: "&" argument: [(identifier) (qualified_identifier)] @argument))
(init_declarator value: (identifier) @argument)
(field_expression argument: (_) @receiver field: (field_identifier) @attribute)

; Imports
(preproc_include path: (_) @import.module)
