package io.lynse.shard.app;

import io.lynse.engine.EngineOpenException;
import org.springframework.boot.web.server.PortInUseException;

/** A node that cannot start: one line that names the port, the file or the flag, and what to do. */
final class StartupFailure extends RuntimeException {

    StartupFailure(String message, Throwable cause) {
        super(message, cause);
    }

    /** The line to show for whatever ended the start. */
    static String explain(Throwable failed) {
        Throwable deepest = failed;
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof StartupFailure || cause instanceof EngineOpenException) return String.valueOf(cause.getMessage());
            if (cause instanceof PortInUseException taken) {
                return "port " + taken.getPort() + " (HTTP) is in use; stop what listens there, or choose another with --port";
            }
            deepest = cause;
        }
        return deepest.getMessage() == null ? deepest.toString() : deepest.getMessage();
    }
}
