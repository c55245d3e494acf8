; inherits: ecmascript, jsx

(class_declaration (class_heritage (_) @base)) @definition.class
(class (class_heritage (_) @base)) @definition.class
(class_body (field_definition property: (_) @name value: (_)? @body) @definition.field)
(field_definition
  property: (_) @name
  value: [(arrow_function) (function_expression) (generator_function)] @definition.function)
(field_definition value: [(arrow_function) (function_expression) (generator_function)] @inner) @extent
