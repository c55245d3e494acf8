; Methods
(method name: (_) @name body: (_)? @body) @definition.function
(method name: (setter)) @definition.accessor
(class body: (body_statement (method name: (identifier) @_name) @definition.constructor)
  (#eq? @_name "initialize"))
(singleton_method object: (self) name: (_) @name body: (_)? @body) @definition.method
(singleton_method
  object: [(constant) (identifier) (instance_variable)] @owner
  name: (_) @name body: (_)? @body) @definition.method
(call
  method: (identifier) @_define
  arguments: (argument_list . [(simple_symbol) (string)] @name)
  block: (_) @definition.method
  (#any-of? @_define "define_method" "define_singleton_method")) @extent
(block body: (_)? @body) @definition.lambda
(do_block body: (_)? @body) @definition.lambda
(lambda body: (_) @inner) @extent
(optional_parameter name: (_) @name value: (lambda body: (_) @definition.lambda))
(keyword_parameter name: (_) @name value: (lambda body: (_) @definition.lambda))
(assignment left: (_) @name right: (lambda body: (_) @definition.lambda)) @extent
(assignment
  left: (_) @name
  right: (call receiver: (constant)? @_class method: (identifier) @_maker block: (_) @definition.lambda)
  (#any-of? @_maker "lambda" "proc" "new")
  (#any-of? @_class "Proc")) @extent

; Classes and modules
(class name: (_) @name body: (_)? @body) @definition.class
(module name: (_) @name body: (_)? @body) @definition.class
(class superclass: (superclass (_) @base)) @definition.class
(call
  method: (identifier) @_include
  arguments: (argument_list [(constant) (scope_resolution)] @definition.mixin)
  (#any-of? @_include "include" "prepend" "extend"))
(assignment
  left: (constant) @name
  right: (call
    receiver: (constant) @base @_class
    method: (identifier) @_new
    block: (_ body: (_)? @body) @definition.class)
  (#any-of? @_class "Struct" "Class" "Module" "Data") (#any-of? @_new "new" "define")) @extent

; Fields
(call
  method: (identifier) @_attribute
  arguments: (argument_list (simple_symbol) @name @definition.field)
  (#any-of? @_attribute "attr_reader" "attr_writer" "attr_accessor")) @extent
(assignment left: [(instance_variable) (class_variable)] @name right: (_) @body) @definition.field
(class body: (body_statement (assignment left: (constant) @name right: (_) @body) @definition.field))

; Calls
(call
  receiver: (_)? @receiver
  method: [(identifier) (constant) (operator) (super)] @call
  arguments: (_)? @arguments
  block: (_)? @block)
(body_statement (super) @call)
(block_body (super) @call)
(assignment right: (super) @call)
(call
  receiver: [(constant) (scope_resolution)] @new
  method: (identifier) @_new
  arguments: (_)? @arguments
  (#eq? @_new "new"))
(body_statement (identifier) @call)
(block_body (identifier) @call)
(method body: (identifier) @call)
(if_modifier body: (identifier) @call)
(unless_modifier body: (identifier) @call)
(yield "yield" @call (argument_list)? @arguments)

; Names passed on
(argument_list (identifier) @argument)
(argument_list (constant) @argument)
(argument_list (block_argument (simple_symbol) @argument))
(argument_list (block_argument (identifier) @argument))
(argument_list (block_argument (call
  method: (identifier) @_method
  arguments: (argument_list (simple_symbol) @argument))))
(argument_list (call method: (identifier) @_method arguments: (argument_list . (simple_symbol) @argument .))
  (#any-of? @_method "method" "instance_method" "public_method"))
(pair value: (identifier) @argument)
(pair value: (simple_symbol) @argument)

; Imports
(call
  method: (identifier) @_require
  arguments: (argument_list . (string) @import.module)
  (#any-of? @_require "require" "require_relative" "load" "autoload"))
