package org.example.ledger;

/** A bank statement that cannot be used. */
public final class StatementException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StatementException(String message, Throwable cause) {
        super(message, cause);
    }
}
