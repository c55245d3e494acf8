package org.example.ledger;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Imports whatever the bank put into the inbox since last night. */
public final class NightlyImport {
    private final Path inbox;

    public NightlyImport(Path inbox) {
        this.inbox = inbox;
    }

    public Ledger run() throws IOException {
        Ledger ledger = new Ledger();
        Importer importer = new Importer(ledger);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(inbox, "*.csv")) {
            for (Path file : files) {
                importer.importFile(file);
            }
        }
        return ledger;
    }
}
