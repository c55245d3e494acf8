package warehouse

import "fmt"

// Line is one line of a delivery note.
type Line struct {
	Shelf   string
	Article string
	Count   int
}

// Deliver receives every line of a delivery note and returns the number of articles received.
func (w *Warehouse) Deliver(note []Line) (int, error) {
	received := 0
	for number, line := range note {
		if line.Count <= 0 {
			return received, fmt.Errorf("line %d: %d of %s", number+1, line.Count, Code(line.Article))
		}
		w.Receive(line.Shelf, line.Article, line.Count)
		received += line.Count
	}
	return received, nil
}
