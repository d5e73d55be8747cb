package io.lynse.cli.demo;

import java.io.PrintStream;

/**
 * Tells how far the demo is. On a terminal the line of a running step is written over; elsewhere a step is told
 * when it starts and when it is done.
 */
final class Progress {

    private static final int LINE_MAX = 100;

    private final PrintStream out;
    private final boolean terminal;
    private boolean running;

    Progress(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    @SuppressWarnings("SystemConsoleNull") // it is null again since JDK 25 when there is no terminal
    static Progress onStandardOutput() {
        var console = System.console();
        return new Progress(System.out, console != null && console.isTerminal());
    }

    void start(String step) {
        running = true;
        if (terminal) overwrite(step + " ...");
        else out.println(step + " ...");
    }

    /** How far the running step is. */
    void update(String step) {
        if (terminal) overwrite(step);
    }

    void done(String step) {
        running = false;
        if (terminal) {
            overwrite(step);
            out.println();
        } else {
            out.println(step);
        }
    }

    /** Ends the line of a running step, so that other output starts a line of its own. */
    void interrupt() {
        if (running && terminal) out.println();
        running = false;
    }

    private void overwrite(String text) {
        out.print("\r" + text + " ".repeat(Math.max(0, LINE_MAX - text.length())) + "\r" + text);
        out.flush();
    }
}
