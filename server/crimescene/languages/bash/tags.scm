; Functions
(function_definition name: (_) @name body: (_) @body) @definition.function

; Calls
(command name: (command_name (word) @call))

; Names passed on
((command name: (command_name (word) @_trap) . argument: (word) @argument) (#eq? @_trap "trap"))

; Imports
((command name: (command_name (word) @_source) . argument: (_) @import.module)
  (#any-of? @_source "source" "."))
