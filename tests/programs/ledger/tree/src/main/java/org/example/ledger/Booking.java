package org.example.ledger;

import java.math.BigDecimal;

/** One line of a bank statement. */
record Booking(String date, String purpose, BigDecimal amount) {
}
