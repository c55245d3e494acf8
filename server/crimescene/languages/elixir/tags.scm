; Functions
(call
  target: (identifier) @_define
  (arguments . [
    (identifier) @name
    (call target: (identifier) @name)
    (binary_operator left: (identifier) @name operator: "when")
    (binary_operator left: (call target: (identifier) @name) operator: "when")
  ] (keywords . (pair value: (_) @body))?)
  (do_block)? @body
  (#any-of? @_define
    "def" "defp" "defmacro" "defmacrop" "defguard" "defguardp" "defdelegate" "defn" "defnp"))
  @definition.function
(call
  target: (identifier) @_test
  (arguments . (string (quoted_content) @name))
  (do_block) @body
  (#any-of? @_test "test" "describe" "property")) @definition.function
(anonymous_function) @definition.lambda @body

; Modules
(call
  target: (identifier) @_define
  (arguments . (alias) @name)
  (do_block) @body
  (#any-of? @_define "defmodule" "defprotocol")) @definition.class
(call
  target: (identifier) @_implement
  (arguments . (alias) @base (keywords (pair value: (alias) @name)))
  (do_block) @body
  (#eq? @_implement "defimpl")) @definition.class
(call
  target: (identifier) @_struct
  (arguments [
    (list (atom) @name @definition.field)
    (list (keywords (pair key: (keyword) @name @definition.field)))
    (keywords (pair key: (keyword) @name @definition.field))
  ])
  (#any-of? @_struct "defstruct" "defexception"))

; Calls
(call
  target: [
    (identifier) @call
    (dot left: (_) @receiver right: (identifier) @call)
  ]
  (arguments)? @arguments
  (#not-match? @call
    "^(def(p|macrop?|module|protocol|impl|struct|exception|guardp?|delegate|np?)?|alias|import|require|use|(module)?doc|spec|typep?|opaque|callback)$"))
(struct (alias) @new)

; Names passed on
(unary_operator operator: "&" operand: (binary_operator
  left: [
    (identifier) @argument
    (call target: (dot left: (_) @receiver right: (identifier) @argument))
  ]
  operator: "/"))

; Imports
(call
  target: (identifier) @_alias
  (arguments . (alias) @import.path (keywords (pair value: (alias) @import.local))?)
  (#eq? @_alias "alias"))
(call
  target: (identifier) @_alias
  (arguments . (dot left: (alias) @import.module right: (tuple (alias) @import.name)))
  (#eq? @_alias "alias"))
(call
  target: (identifier) @_import
  (arguments . (alias) @import.module)
  (#any-of? @_import "import" "use" "require"))
