; Methods
(method_declaration name: (_) @name body: (_)? @body) @definition.method
(constructor_declaration name: (_) @name body: (_)? @body) @definition.constructor
(constructor_declaration (modifier) @_modifier (#eq? @_modifier "static"))
  @definition.initializer
(destructor_declaration body: (_)? @body (#set! name "Finalize")) @definition.method
(operator_declaration operator: _ @name body: (_)? @body) @definition.method
(conversion_operator_declaration "implicit" body: (_)? @body (#set! name "op_Implicit")) @definition.method
(conversion_operator_declaration "explicit" body: (_)? @body (#set! name "op_Explicit")) @definition.method
(property_declaration name: (_) @name accessors: (accessor_list (accessor_declaration body: (_))) @body)
  @definition.accessor
(property_declaration name: (_) @name value: (arrow_expression_clause) @body) @definition.accessor
(indexer_declaration accessors: (_) @body (#set! name "this[]")) @definition.accessor
(indexer_declaration value: (_) @body (#set! name "this[]")) @definition.accessor
(event_declaration name: (_) @name accessors: (_) @body) @definition.accessor
(local_function_statement name: (_) @name body: (_)? @body) @definition.function
(lambda_expression body: (_) @body) @definition.lambda
(anonymous_method_expression (block) @body) @definition.lambda
(variable_declarator name: (_) @name [(lambda_expression) (anonymous_method_expression)] @definition.lambda)
(assignment_expression
  left: [(identifier) @name (member_access_expression name: (_) @name)]
  right: [(lambda_expression) (anonymous_method_expression)] @definition.lambda)

; Types
(class_declaration name: (_) @name body: (_)? @body) @definition.class
(struct_declaration name: (_) @name body: (_)? @body) @definition.class
(record_declaration name: (_) @name body: (_)? @body) @definition.class
(interface_declaration name: (_) @name body: (_)? @body) @definition.class
(enum_declaration name: (_) @name body: (_)? @body) @definition.class
(class_declaration (base_list [(identifier) (generic_name) (qualified_name)] @base)) @definition.class
(class_declaration (base_list (primary_constructor_base_type type: (_) @base))) @definition.class
(struct_declaration (base_list [(identifier) (generic_name) (qualified_name)] @base)) @definition.class
(record_declaration (base_list [(identifier) (generic_name) (qualified_name)] @base)) @definition.class
(record_declaration (base_list (primary_constructor_base_type type: (_) @base))) @definition.class
(interface_declaration (base_list [(identifier) (generic_name) (qualified_name)] @base)) @definition.class

; Fields
(field_declaration (variable_declaration (variable_declarator name: (_) @name) @definition.field)) @extent
(event_field_declaration (variable_declaration (variable_declarator name: (_) @name) @definition.field)) @extent
(property_declaration name: (_) @name @definition.field) @extent
(enum_member_declaration name: (_) @name value: (_)? @body) @definition.field
(record_declaration (parameter_list (parameter name: (_) @name) @definition.field))

; Whole statements
(local_declaration_statement
  (variable_declaration . (_) . (variable_declarator [(lambda_expression) (anonymous_method_expression)] @inner) .))
  @extent
(field_declaration
  (variable_declaration . (_) . (variable_declarator [(lambda_expression) (anonymous_method_expression)] @inner) .))
  @extent
(expression_statement
  (assignment_expression right: [(lambda_expression) (anonymous_method_expression)] @inner)) @extent

; Calls
(invocation_expression
  function: [(identifier) @call (generic_name . (identifier) @call)]
  arguments: (_) @arguments)
(invocation_expression
  function: (member_access_expression
    expression: _ @receiver
    name: [(identifier) @call (generic_name . (identifier) @call)])
  arguments: (_) @arguments)
(invocation_expression
  function: (conditional_access_expression
    condition: (_) @receiver
    (member_binding_expression name: [(identifier) @call (generic_name . (identifier) @call)]))
  arguments: (_) @arguments)
(invocation_expression
  function: (conditional_access_expression
    (member_access_expression expression: (_) @receiver name: (identifier) @call))
  arguments: (_) @arguments)
(object_creation_expression
  type: [
    (identifier) @new
    (generic_name . (identifier) @new)
    (qualified_name qualifier: (_) @receiver name: (identifier) @new)
    (qualified_name qualifier: (_) @receiver name: (generic_name . (identifier) @new))
  ]
  arguments: (_)? @arguments)
(constructor_initializer ["base" "this"] @call (argument_list) @arguments)
(primary_constructor_base_type type: [(identifier) @new (generic_name . (identifier) @new)] (argument_list) @arguments)
(attribute name: [(identifier) @decorator (qualified_name qualifier: (_) @receiver name: (identifier) @decorator)])

; Names passed on
(argument (identifier) @argument .)
(argument (member_access_expression expression: _ @receiver name: (identifier) @argument) .)
(assignment_expression "+=" right: (identifier) @argument)
(initializer_expression (identifier) @argument)
(member_access_expression expression: _ @receiver name: (identifier) @attribute)
(member_binding_expression name: (identifier) @attribute)

; Imports
(namespace_declaration name: (_) @package)
(file_scoped_namespace_declaration name: (_) @package)
(using_directive !name [(identifier) (qualified_name)] @import.module)
(using_directive name: (_) @import.local [(identifier) (qualified_name)] @import.module .)
