; Declared types of results and parameters.
(function_declaration name: (_) @name result: (_)? @returns)
(method_declaration name: (_) @name result: (_)? @returns)
(method_elem name: (_) @name result: (_)? @returns)
(parameter_declaration name: (_) @parameter type: (_) @type)
