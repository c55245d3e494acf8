; Functions
(function_declaration name: (_) @name) @definition.function
(function_declaration (function_body) @body) @definition.function
(function_declaration (user_type . (identifier) @owner) . name: (_)) @definition.function
(secondary_constructor (#set! name "constructor")) @definition.constructor
(secondary_constructor (block) @body) @definition.constructor
(anonymous_initializer (block) @body (#set! name "init")) @definition.initializer
(property_declaration (variable_declaration . (identifier) @name) (getter (function_body) @body) @definition.accessor)
(property_declaration (variable_declaration . (identifier) @name) (setter (function_body) @body) @definition.accessor)
(lambda_literal) @definition.lambda @body
(anonymous_function (function_body) @body) @definition.lambda
(property_declaration
  (variable_declaration . (identifier) @name)
  [(lambda_literal) (anonymous_function)] @definition.lambda) @extent
(function_value_parameters
  (parameter . (identifier) @name)
  . [(lambda_literal) (anonymous_function)] @definition.lambda)
(class_parameter (identifier) @name [(lambda_literal) (anonymous_function)] @definition.lambda)
(assignment
  left: [(identifier) @name (navigation_expression (_) (identifier) @name .)]
  right: [(lambda_literal) (anonymous_function)] @definition.lambda) @extent

; Types
(class_declaration name: (_) @name) @definition.class
(class_declaration [(class_body) (enum_class_body)] @body) @definition.class
(object_declaration name: (_) @name) @definition.class
(object_declaration (class_body) @body) @definition.class
(object_literal (class_body) @body) @definition.class
(enum_entry (identifier) @name (class_body) @definition.class @body) @extent
(property_declaration (variable_declaration . (identifier) @name) (object_literal) @definition.class)
(class_declaration (delegation_specifiers (delegation_specifier [
  (user_type) @base
  (constructor_invocation (user_type) @base)
  (explicit_delegation (user_type) @base)
]))) @definition.class
(object_declaration (delegation_specifiers (delegation_specifier [
  (user_type) @base
  (constructor_invocation (user_type) @base)
]))) @definition.class
(object_literal (delegation_specifiers (delegation_specifier [
  (user_type) @base
  (constructor_invocation (user_type) @base)
]))) @definition.class

; Fields
(class_body (property_declaration (variable_declaration . (identifier) @name)) @definition.field)
(enum_class_body (property_declaration (variable_declaration . (identifier) @name)) @definition.field)
(class_parameter ["val" "var"] (identifier) @name) @definition.field
(enum_entry (identifier) @name) @definition.field

; Calls
(call_expression . (identifier) @call (value_arguments)? @arguments (annotated_lambda (lambda_literal) @trailing)?)
(call_expression
  . (navigation_expression (_) @receiver (identifier) @call .)
  (value_arguments)? @arguments
  (annotated_lambda (lambda_literal) @trailing)?)
(call_expression
  . (call_expression . (identifier) @call (value_arguments) @arguments)
  (annotated_lambda (lambda_literal) @trailing))
(call_expression
  . (call_expression . (navigation_expression (_) @receiver (identifier) @call .) (value_arguments) @arguments)
  (annotated_lambda (lambda_literal) @trailing))
(constructor_invocation (user_type (identifier) @new .) (value_arguments) @arguments)
(constructor_invocation (user_type (identifier) @new . (type_arguments)) (value_arguments) @arguments)
(constructor_delegation_call ["this" "super"] @call (value_arguments) @arguments)
(annotation (user_type (identifier) @decorator .))
(annotation (constructor_invocation (user_type (identifier) @decorator .) (value_arguments) @arguments))
(infix_expression (_) @receiver . (identifier) @call . (_))

; Names passed on
((value_argument (identifier) @argument .) (#not-match? @argument "^(true|false|null|this)$"))
(value_argument (navigation_expression (_) @receiver (identifier) @argument .) .)
(callable_reference (identifier) @argument .)
(navigation_expression (_) @receiver (identifier) @attribute .)

; Imports
(package_header (_) @package)
(import (qualified_identifier) @import.path "*"? @import.name (identifier)? @import.local)
