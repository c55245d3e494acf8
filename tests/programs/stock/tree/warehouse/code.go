package warehouse

import "strings"

// Code is the form in which names of shelves and articles are compared.
func Code(name string) string {
	return strings.ToUpper(strings.TrimSpace(name))
}
