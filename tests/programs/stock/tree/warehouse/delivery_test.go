package warehouse

import "testing"

func TestDeliverRejectsNothing(t *testing.T) {
	if _, err := New().Deliver([]Line{{"a", "mug", 0}}); err == nil {
		t.Error("a line without goods was received")
	}
}

func TestDeliverToNewShelf(t *testing.T) {
	w := New()
	received, err := w.Deliver([]Line{{"A-3", "mug ", 12}, {"a-3", "MUG", 8}})
	if err != nil {
		t.Fatal(err)
	}
	if received != 20 || w.Shelf("A-3").Count("mug") != 20 {
		t.Errorf("received %d, on the shelf %d, want 20", received, w.Shelf("A-3").Count("mug"))
	}
}
