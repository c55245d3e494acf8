; Declared types of results and parameters.
(function_definition name: (_) @name return_type: (_)? @returns)
(typed_parameter . (identifier) @parameter type: (_) @type)
(typed_default_parameter name: (_) @parameter type: (_) @type value: (_) @default)
