package io.lynse.cli.client;

import java.net.URI;

/** No answer came at all. */
public final class LynseUnreachable extends RuntimeException {

    LynseUnreachable(URI uri, Throwable cause) {
        super("nothing answers at " + uri + " (" + (cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage()) + ")", cause);
    }
}
