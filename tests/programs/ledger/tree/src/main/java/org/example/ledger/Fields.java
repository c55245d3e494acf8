package org.example.ledger;

/** What every field of a statement needs before it can be used. */
final class Fields {
    private Fields() {
    }

    /** Without quotes and without blanks around it. */
    static String clean(String field) {
        String text = field.strip();
        if (text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"")) {
            text = text.substring(1, text.length() - 1);
        }
        return text.strip();
    }
}
