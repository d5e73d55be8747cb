package io.lynse.tests.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Commands of the machine that have no counterpart in Java: networks, file systems. */
final class Shell {

    private Shell() {}

    /** @throws IOException with what it printed, if it fails */
    static String run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            int code = process.waitFor();
            if (code != 0) throw new IOException(String.join(" ", command) + " gave " + code + ": " + printed.strip());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
        return printed;
    }

    /** Words between blanks, none of which holds one. */
    static String run(String command) throws IOException {
        return run(List.of(command.split(" ")));
    }
}
