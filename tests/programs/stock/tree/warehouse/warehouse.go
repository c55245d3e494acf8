// Package warehouse counts what lies on the shelves.
package warehouse

// Shelf holds the count of every article by its code.
type Shelf struct {
	Name   string
	counts map[string]int
}

// Warehouse is a set of shelves.
type Warehouse struct {
	shelves map[string]*Shelf
}

// New returns a warehouse without shelves.
func New() *Warehouse {
	return &Warehouse{shelves: map[string]*Shelf{}}
}

// Shelf returns the shelf of that name; a new one is put up where there is none.
func (w *Warehouse) Shelf(name string) *Shelf {
	key := Code(name)
	shelf, ok := w.shelves[key]
	if !ok {
		shelf = &Shelf{Name: name}
		w.shelves[key] = shelf
	}
	return shelf
}

// Receive puts goods on a shelf and returns how many of the article lie there now.
func (w *Warehouse) Receive(shelf, article string, count int) int {
	return w.Shelf(shelf).add(Code(article), count)
}

func (s *Shelf) add(code string, count int) int {
	s.counts[Code(code)] += count
	return s.counts[Code(code)]
}

// Count returns how many of the article lie on the shelf.
func (s *Shelf) Count(article string) int {
	return s.counts[Code(article)]
}
