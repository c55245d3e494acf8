; Definitions
(function_definition name: (identifier) @name body: (_) @body) @definition.function
(class_definition name: (identifier) @name body: (_) @body) @definition.class
(class_definition
  superclasses: (argument_list [(identifier) (attribute) (subscript) (call)] @base)) @definition.class
(lambda body: (_) @body) @definition.lambda
(assignment
  left: [(identifier) @name (attribute attribute: (identifier) @name)]
  right: (lambda) @definition.lambda)
(default_parameter name: (identifier) @name value: (lambda) @definition.lambda)
(typed_default_parameter name: (identifier) @name value: (lambda) @definition.lambda)
(decorated_definition definition: (_) @inner) @extent
(expression_statement . (assignment right: (lambda) @inner)) @extent

(class_definition body: (block [
  (function_definition name: (identifier) @_name) @definition.constructor
  (decorated_definition definition: (function_definition name: (identifier) @_name) @definition.constructor)
]) (#any-of? @_name "__init__" "__new__"))

((decorated_definition
  (decorator [
    (identifier) @_decorator
    (attribute attribute: (identifier) @_decorator)
    (call function: (identifier) @_decorator)
    (call function: (attribute attribute: (identifier) @_decorator))
  ])
  definition: (function_definition) @definition.accessor)
 (#match? @_decorator "(^|_)property$|^(setter|getter|deleter)$"))

; Fields
(class_definition body: (block
  (expression_statement (assignment left: (identifier) @name right: (_)? @body) @definition.field)))
(assignment left: (attribute object: (identifier) @owner attribute: (identifier) @name) right: (_)? @body
  (#eq? @owner "self")) @definition.field

; Calls
(call
  function: (identifier) @call
  arguments: [(argument_list) @arguments (generator_expression) @lone_argument])
(call
  function: (attribute object: (_) @receiver attribute: (identifier) @call)
  arguments: [(argument_list) @arguments (generator_expression) @lone_argument])
; The grammar takes `type(x).y = z` for a type alias.
(type_alias_statement "type" @call left: (type (attribute object: (parenthesized_expression) @arguments)))
(decorator (identifier) @decorator)
(decorator (attribute object: (_) @receiver attribute: (identifier) @decorator))
(decorator (call function: (identifier) @decorator arguments: (_) @arguments))
(decorator (call
  function: (attribute object: (_) @receiver attribute: (identifier) @decorator)
  arguments: (_) @arguments))

; Names passed on
(argument_list (identifier) @argument)
(argument_list (attribute object: (_) @receiver attribute: (identifier) @argument))
(keyword_argument value: (identifier) @argument)
(keyword_argument value: (attribute object: (_) @receiver attribute: (identifier) @argument))
(attribute object: (_) @receiver attribute: (identifier) @attribute)

; Imports
(import_statement name: (dotted_name) @import.module)
(import_statement name: (aliased_import name: (dotted_name) @import.module alias: (identifier) @import.local))
(import_from_statement module_name: (_) @import.module name: (dotted_name) @import.name)
(import_from_statement module_name: (_) @import.module
  name: (aliased_import name: (dotted_name) @import.name alias: (identifier) @import.local))
(import_from_statement module_name: (_) @import.module (wildcard_import) @import.name)
