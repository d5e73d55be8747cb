package io.lynse.coordinator.app;

import io.lynse.coordinator.config.ConfigException;
import org.springframework.boot.web.server.PortInUseException;

/** Why a coordinator cannot start, in one line that names the port, the file or the flag, and what to do. */
final class StartupFailure {

    private StartupFailure() {}

    static String explain(Throwable failed) {
        Throwable deepest = failed;
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConfigException wrong) return wrong.getMessage();
            if (cause instanceof PortInUseException taken) {
                return "port " + taken.getPort() + " (HTTP) is in use; stop what listens there, or choose another with --port";
            }
            deepest = cause;
        }
        return deepest.getMessage() == null ? deepest.toString() : deepest.getMessage();
    }
}
