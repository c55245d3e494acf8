; Functions
(function_definition name: (_) @name body: (_) @body) @definition.function
(method_declaration name: (_) @name body: (_)? @body) @definition.method
(method_declaration name: (name) @_name (#eq? @_name "__construct")) @definition.constructor
(anonymous_function body: (_) @body) @definition.lambda
(arrow_function body: (_) @body) @definition.lambda
(assignment_expression
  left: [
    (variable_name (name) @name)
    (member_access_expression name: (name) @name)
    (subscript_expression (_) (string (string_content) @name))
  ]
  right: [(anonymous_function) (arrow_function)] @definition.lambda)
(array_element_initializer
  . (string (string_content) @name)
  . [(anonymous_function) (arrow_function)] @definition.lambda) @extent
(expression_statement (assignment_expression right: [(anonymous_function) (arrow_function)] @inner)) @extent
(property_declaration
  (property_element name: (variable_name (name) @name))
  (property_hook_list) @body) @definition.accessor

; Types
(class_declaration name: (_) @name body: (_) @body) @definition.class
(interface_declaration name: (_) @name body: (_) @body) @definition.class
(trait_declaration name: (_) @name body: (_) @body) @definition.class
(enum_declaration name: (_) @name body: (_) @body) @definition.class
(anonymous_class body: (_) @body) @definition.class
(class_declaration (base_clause (_) @base)) @definition.class
(class_declaration (class_interface_clause (_) @base)) @definition.class
(class_declaration body: (declaration_list (use_declaration [(name) (qualified_name)] @base))) @definition.class
(interface_declaration (base_clause (_) @base)) @definition.class
(enum_declaration (class_interface_clause (_) @base)) @definition.class
(anonymous_class (base_clause (_) @base)) @definition.class
(anonymous_class (class_interface_clause (_) @base)) @definition.class
(assignment_expression
  left: (variable_name (name) @name)
  right: (object_creation_expression (anonymous_class) @definition.class))
(object_creation_expression (anonymous_class) @inner) @extent

; Fields
(property_declaration (property_element name: (variable_name (name) @name) default_value: (_)? @body)
  @definition.field) @extent
(property_promotion_parameter name: (variable_name (name) @name)) @definition.field
(const_declaration (const_element . (name) @name) @definition.field) @extent
(enum_case name: (_) @name value: (_)? @body) @definition.field

; Calls
(function_call_expression
  function: [(name) @call (qualified_name (name) @call .) (variable_name (name) @call)]
  arguments: (_) @arguments)
(member_call_expression object: (_) @receiver name: (name) @call arguments: (_) @arguments)
(nullsafe_member_call_expression object: (_) @receiver name: (name) @call arguments: (_) @arguments)
(scoped_call_expression scope: (_) @receiver name: (name) @call arguments: (_) @arguments)
(function_call_expression
  function: (parenthesized_expression (member_access_expression object: (_) @receiver name: (name) @call))
  arguments: (_) @arguments)
(object_creation_expression [(name) @new (qualified_name (name) @new .)] (arguments)? @arguments)
(attribute [(name) @decorator (qualified_name (name) @decorator .)] parameters: (_)? @arguments)

; Names passed on
(argument (member_access_expression object: (_) @receiver name: (name) @argument))
(argument . (array_creation_expression
  . (array_element_initializer (_) @receiver)
  . (array_element_initializer (string (string_content) @argument)) .))
(member_access_expression object: (_) @receiver name: (name) @attribute)
(nullsafe_member_access_expression object: (_) @receiver name: (name) @attribute)
(scoped_property_access_expression scope: (_) @receiver name: (variable_name (name) @attribute))
(class_constant_access_expression . (_) @receiver (name) @attribute .)

; Imports
(namespace_definition name: (_) @package)
(namespace_use_declaration
  (namespace_use_clause . [(qualified_name) (name)] @import.path alias: (_)? @import.local))
(namespace_use_declaration
  (namespace_name) @import.module
  body: (namespace_use_group (namespace_use_clause . (name) @import.name alias: (_)? @import.local)))
(require_once_expression (string) @import.module (#set! local ""))
(require_expression (string) @import.module (#set! local ""))
(include_expression (string) @import.module (#set! local ""))
(include_once_expression (string) @import.module (#set! local ""))
