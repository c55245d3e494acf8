; Types
(class_declaration name: (_) @name body: (_) @body) @definition.class
(interface_declaration name: (_) @name body: (_) @body) @definition.class
(enum_declaration name: (_) @name body: (_) @body) @definition.class
(record_declaration name: (_) @name body: (_) @body) @definition.class
(annotation_type_declaration name: (_) @name body: (_) @body) @definition.class
(class_declaration superclass: (superclass (_) @base)) @definition.class
(class_declaration interfaces: (super_interfaces (type_list (_) @base))) @definition.class
(enum_declaration interfaces: (super_interfaces (type_list (_) @base))) @definition.class
(record_declaration interfaces: (super_interfaces (type_list (_) @base))) @definition.class
(interface_declaration (extends_interfaces (type_list (_) @base))) @definition.class
(object_creation_expression type: (_) @base (class_body) @definition.class @body) @extent
(variable_declarator name: (_) @name value: (object_creation_expression (class_body) @definition.class))
(enum_constant name: (_) @name body: (class_body) @definition.class @body) @extent

; Methods
(method_declaration name: (_) @name body: (_)? @body) @definition.method
(annotation_type_element_declaration name: (_) @name) @definition.method
(constructor_declaration name: (_) @name body: (_) @body) @definition.constructor
(compact_constructor_declaration name: (_) @name body: (_) @body) @definition.constructor
(static_initializer (block) @body (#set! name "static")) @definition.initializer
(class_body (block) @definition.initializer @body (#set! name "init"))
(enum_body_declarations (block) @definition.initializer @body (#set! name "init"))
(lambda_expression body: (_) @body) @definition.lambda
(variable_declarator name: (_) @name value: (lambda_expression) @definition.lambda)
(assignment_expression left: (identifier) @name right: (lambda_expression) @definition.lambda)
(assignment_expression left: (field_access field: (_) @name) right: (lambda_expression) @definition.lambda)

; Fields
(field_declaration
  declarator: (variable_declarator name: (_) @name value: (_)? @body) @definition.field) @extent
(constant_declaration
  declarator: (variable_declarator name: (_) @name value: (_)? @body) @definition.field) @extent
(enum_constant name: (_) @name) @definition.field
(record_declaration parameters: (formal_parameters (formal_parameter name: (_) @name) @definition.field))

; Whole statements
(variable_declarator value: [(lambda_expression) (object_creation_expression (class_body))] @inner) @extent
(local_variable_declaration . (modifiers)? . (_) . (variable_declarator) @inner .) @extent
(expression_statement (assignment_expression right: (lambda_expression) @inner)) @extent

; Calls
(method_invocation object: (_)? @receiver name: (_) @call arguments: (_) @arguments)
(explicit_constructor_invocation constructor: (_) @call arguments: (_) @arguments)
(object_creation_expression
  type: [(type_identifier) @new (generic_type . (type_identifier) @new)]
  arguments: (_) @arguments)
(object_creation_expression
  type: [
    (scoped_type_identifier (_) @receiver (type_identifier) @new .)
    (generic_type . (scoped_type_identifier (_) @receiver (type_identifier) @new .))
  ]
  arguments: (_) @arguments)
(marker_annotation name: (identifier) @decorator)
(annotation name: (identifier) @decorator)

; Names passed on
(method_reference . (_) @receiver (identifier) @argument .)
(method_reference . [(identifier) (type_identifier) (scoped_type_identifier)] @argument "new")
(field_access object: (_) @receiver field: (identifier) @attribute)

; Imports
(package_declaration (_) @package)
(import_declaration (scoped_identifier scope: (_) @import.module name: (_) @import.name) .)
(import_declaration (_) @import.module (asterisk) @import.name)
