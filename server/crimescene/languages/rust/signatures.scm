; Declared types of results and parameters.
(function_item name: (_) @name return_type: (_)? @returns)
(function_signature_item name: (_) @name return_type: (_)? @returns)
(parameter pattern: (identifier) @parameter type: (_) @type)
