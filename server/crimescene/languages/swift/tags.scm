; Functions
(function_declaration "func" . name: _ @name body: (_)? @body) @definition.function
(class_body (function_declaration) @definition.method)
(protocol_function_declaration "func" . name: _ @name) @definition.method
(init_declaration name: "init" @name body: (_)? @body) @definition.constructor
(deinit_declaration body: (_) @body (#set! name "deinit")) @definition.method
(subscript_declaration (computed_property) @body (#set! name "subscript")) @definition.accessor
(property_declaration
  name: (pattern bound_identifier: (_) @name)
  computed_value: (_) @body) @definition.accessor
(property_declaration
  name: (pattern bound_identifier: (_) @name)
  (willset_didset_block) @body) @definition.accessor
(lambda_literal) @definition.lambda @body
(property_declaration
  name: (pattern bound_identifier: (_) @name)
  value: (lambda_literal) @definition.lambda) @extent

; Types
(class_declaration declaration_kind: ["class" "struct" "enum" "actor"] name: (_) @name body: (_) @body)
  @definition.class
(class_declaration declaration_kind: "extension" name: (_) @name body: (_) @body) @definition.scope
(protocol_declaration name: (_) @name body: (_) @body) @definition.class
(class_declaration
  declaration_kind: ["class" "struct" "enum" "actor"]
  (inheritance_specifier inherits_from: (_) @base)) @definition.class
(class_declaration declaration_kind: "extension" (inheritance_specifier inherits_from: (_) @base))
  @definition.scope
(protocol_declaration (inheritance_specifier inherits_from: (_) @base)) @definition.class

; Fields
(class_body (property_declaration name: (pattern bound_identifier: (_) @name @definition.field)) @extent)
(protocol_property_declaration name: (pattern bound_identifier: (_) @name)) @definition.field
(enum_entry name: (simple_identifier) @name @definition.field)

; Calls
(call_expression
  . [
    (simple_identifier) @call
    (navigation_expression target: (_) @receiver suffix: (navigation_suffix suffix: (simple_identifier) @call))
  ]
  (call_suffix (value_arguments)? @arguments (lambda_literal)? @trailing))
(attribute (user_type (type_identifier) @decorator))

; Names passed on
(value_argument value: [
  (simple_identifier) @argument
  (navigation_expression target: (_) @receiver suffix: (navigation_suffix suffix: (simple_identifier) @argument))
])
(navigation_expression target: (_) @receiver suffix: (navigation_suffix suffix: (simple_identifier) @attribute))

; Imports
(import_declaration (identifier) @import.module)
