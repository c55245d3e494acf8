package org.example.ledger;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** Bookings in the order they came. */
public final class Ledger {
    private final List<Booking> bookings = new ArrayList<>();

    void add(Booking booking) {
        bookings.add(booking);
    }

    /** The sum of all bookings. */
    public BigDecimal balance() {
        return bookings.stream().map(Booking::amount).reduce(BigDecimal.ZERO, BigDecimal::add);
    }
}
