; inherits: ecmascript, jsx

(class_declaration (class_heritage (_) @base)) @definition.class
(class (class_heritage (_) @base)) @definition.class
(field_definition property: (_) @name value: (_)? @body) @definition.field
(field_definition
  property: (_) @name
  value: [(arrow_function) (function_expression) (generator_function)] @definition.function) @extent

; Calls
(call_expression
  function: [
    (identifier) @call
    (member_expression object: (_) @receiver property: (_) @call)
    (super) @call
  ]
  arguments: [(arguments) @arguments (template_string)])
