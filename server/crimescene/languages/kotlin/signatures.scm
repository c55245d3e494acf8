; Declared types of results and parameters.
(function_declaration
  name: (_) @name
  (function_value_parameters)
  [(user_type) (nullable_type) (function_type) (non_nullable_type)]? @returns)
(parameter . (identifier) @parameter (_) @type .)
