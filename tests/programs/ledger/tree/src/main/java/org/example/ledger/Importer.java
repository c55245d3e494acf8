package org.example.ledger;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reads bank statements, one booking a line, into a ledger. */
public final class Importer {
    private final Ledger ledger;

    public Importer(Ledger ledger) {
        this.ledger = ledger;
    }

    /** The ledger with every booking of the file added. */
    public Ledger importFile(Path file) {
        List<String> lines = readLines(file);
        try {
            lines.stream().skip(1).map(this::parseLine).forEach(ledger::add);
        } catch (IllegalArgumentException error) {
            throw new StatementException("cannot import " + Fields.clean(file.getFileName().toString()), error);
        }
        return ledger;
    }

    private Booking parseLine(String line) {
        String[] fields = line.split(";");
        return new Booking(Fields.clean(fields[0]), Fields.clean(fields[1]), Amounts.parse(fields[2]));
    }

    private static List<String> readLines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }
}
