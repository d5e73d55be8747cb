package io.lynse.engine.space;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells a disk without room from a broken one. Java has no other sign of it than the system's words. */
public final class DiskFull {

    private static final List<String> WORDS = List.of("No space left on device", "Disk quota exceeded", "not enough space on the disk");

    private DiskFull() {}

    /** Whether this, or what caused it, is the system's refusal for want of room. */
    public static boolean is(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            if (WORDS.stream().anyMatch(message::contains)) return true;
        }
        return false;
    }
}
