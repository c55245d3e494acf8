; Functions
(function_definition name: (_) @name body: (_) @body) @definition.function
(function_definition name: (identifier) @_name (#eq? @_name "this")) @definition.constructor
(function_declaration name: (_) @name) @definition.function
(lambda_expression (_) @body .) @definition.lambda
(call_expression arguments: (case_block) @definition.lambda @body)
(val_definition pattern: (identifier) @name value: (lambda_expression) @definition.lambda) @extent
(parameter name: (_) @name default_value: (lambda_expression) @definition.lambda)
(given_definition name: (_)? @name body: (_) @body) @definition.scope

; Types
(class_definition name: (_) @name body: (_)? @body) @definition.class
(object_definition name: (_) @name body: (_)? @body) @definition.class
(trait_definition name: (_) @name body: (_)? @body) @definition.class
(enum_definition name: (_) @name body: (_) @body) @definition.class
(package_object name: (_) @name body: (_) @body) @definition.class
(class_definition extend: (extends_clause [(type_identifier) (generic_type) (stable_type_identifier)] @base))
  @definition.class
(object_definition extend: (extends_clause [(type_identifier) (generic_type) (stable_type_identifier)] @base))
  @definition.class
(trait_definition extend: (extends_clause [(type_identifier) (generic_type) (stable_type_identifier)] @base))
  @definition.class
(enum_definition extend: (extends_clause [(type_identifier) (generic_type) (stable_type_identifier)] @base))
  @definition.class
(instance_expression (template_body) @definition.class @body) @extent
(instance_expression . (_) @base (template_body) @definition.class)

; Fields
(template_body [
  (val_definition pattern: (identifier) @name value: (_) @body)
  (var_definition pattern: (identifier) @name value: (_) @body)
  (val_declaration name: (_) @name)
  (var_declaration name: (_) @name)
] @definition.field)
(class_parameter name: (_) @name) @definition.field
(simple_enum_case name: (_) @name) @definition.field
(full_enum_case name: (_) @name) @definition.field

; Calls
(call_expression
  function: [
    (identifier) @call
    (field_expression value: (_) @receiver field: (_) @call)
    (generic_function function: (identifier) @call)
    (generic_function function: (field_expression value: (_) @receiver field: (_) @call))
  ]
  arguments: [
    (arguments) @arguments
    (block . (lambda_expression) @trailing .)
    (block) @lone_argument
    (case_block) @trailing
  ])
(instance_expression [
  (type_identifier) @new
  (generic_type type: (type_identifier) @new)
  (stable_type_identifier (_) @receiver (type_identifier) @new .)
] arguments: (_)? @arguments)
(extends_clause type: [(type_identifier) @new (generic_type type: (type_identifier) @new)] arguments: (_) @arguments)
(infix_expression left: (_) @receiver operator: (identifier) @call)
(annotation name: [(type_identifier) @decorator (generic_type type: (type_identifier) @decorator)])

; Names passed on
(arguments [
  (identifier) @argument
  (field_expression value: (_) @receiver field: (_) @argument)
  (method_value (identifier) @argument)
])
(field_expression value: (_) @receiver field: (_) @attribute)

; Imports
(package_clause name: (_) @package)
(import_declaration
  (namespace_selectors [
    (identifier) @import.name
    (arrow_renamed_identifier name: (_) @import.name alias: (_) @import.local)
    (as_renamed_identifier name: (_) @import.name alias: (_) @import.local)
  ])) @import.statement
(import_declaration (namespace_wildcard) @import.name) @import.statement
(import_declaration path: (identifier) @import.name .) @import.statement
