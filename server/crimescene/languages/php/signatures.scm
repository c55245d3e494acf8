; Declared types of results and parameters.
(function_definition name: (_) @name return_type: (_)? @returns)
(method_declaration name: (_) @name return_type: (_)? @returns)
(simple_parameter type: (_) @type name: (_) @parameter)
(simple_parameter type: (_) @type name: (_) @parameter default_value: (_) @default)
