// Package report prints what happened in the warehouse today.
package report

import (
	"fmt"

	"example.org/stock/warehouse"
)

// Inbound books a delivery note and says how it went.
func Inbound(w *warehouse.Warehouse, supplier string, note []warehouse.Line) string {
	received, err := w.Deliver(note)
	if err != nil {
		return fmt.Sprintf("%s: stopped after %d articles: %v", supplier, received, err)
	}
	return fmt.Sprintf("%s: %d articles", supplier, received)
}
