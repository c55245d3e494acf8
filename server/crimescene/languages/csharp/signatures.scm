; Declared types of results and parameters.
(method_declaration returns: (_) @returns name: (_) @name)
(local_function_statement type: (_) @returns name: (_) @name)
(parameter type: (_) @type name: (_) @parameter)
