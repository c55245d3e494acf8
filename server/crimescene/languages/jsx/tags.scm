; Elements of JSX; those in lower case are the platform's own.
((jsx_opening_element name: [(identifier) @jsx (member_expression object: (_) @receiver property: (_) @jsx)])
  (#match? @jsx "^[^a-z]"))
((jsx_self_closing_element name: [(identifier) @jsx (member_expression object: (_) @receiver property: (_) @jsx)])
  (#match? @jsx "^[^a-z]"))

; Names passed on
(jsx_expression [(identifier) @argument (member_expression object: (_) @receiver property: (_) @argument)])

; A handler written in place is named as its property is.
(jsx_attribute
  (property_identifier) @name
  (jsx_expression [(arrow_function) (function_expression)] @definition.function)) @extent
