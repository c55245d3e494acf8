package org.example.ledger;

import java.math.BigDecimal;

/** Amounts of money as banks print them. */
final class Amounts {
    private Amounts() {
    }

    /** Parses {@code 1.234,50} and {@code 1234,50} alike: German statements, with or without thousands. */
    static BigDecimal parse(String text) {
        String digits = Fields.clean(text).replace(',', '.');
        return new BigDecimal(digits);
    }
}
