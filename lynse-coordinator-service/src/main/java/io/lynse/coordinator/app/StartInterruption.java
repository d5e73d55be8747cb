package io.lynse.coordinator.app;

import java.util.function.Supplier;

/**
 * Lets SIGTERM end a start that waits. Spring's own shutdown hook waits for the start to be over, and a start that waits for other nodes
 * takes its time.
 */
final class StartInterruption {

    private StartInterruption() {}

    /** Runs a part of the start, interrupted when the process is told to end. */
    static <T> T onShutdown(Supplier<T> waiting) {
        Thread starting = Thread.currentThread();
        var hook = new Thread(starting::interrupt, "interrupt-start");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return waiting.get();
        } finally {
            remove(hook);
        }
    }

    private static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // It has run, or is about to: nothing is left to remove it from.
        }
    }
}
