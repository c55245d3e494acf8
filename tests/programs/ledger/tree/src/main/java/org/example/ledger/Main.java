package org.example.ledger;

import java.nio.file.Path;

/** Prints the balance of each bank statement named on the command line. */
public final class Main {
    private Main() {
    }

    public static void main(String[] arguments) {
        Importer importer = new Importer(new Ledger());
        for (String argument : arguments) {
            Ledger ledger = importer.importFile(Path.of(argument));
            System.out.println(argument + ": " + ledger.balance());
        }
    }
}
