; Declared types of results and parameters, and what annotations add to them.
(method_declaration (modifiers)? @marks type: (_) @returns name: (_) @name)
(formal_parameter (modifiers)? @marks type: (_) @type name: (_) @parameter)
