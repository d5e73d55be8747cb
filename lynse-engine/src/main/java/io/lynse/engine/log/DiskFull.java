package io.lynse.engine.log;

import java.io.IOException;
import java.util.List;

/** Tells a disk without room from a broken one. Java has no other sign of it than the system's words. */
final class DiskFull {

    private static final List<String> WORDS = List.of("No space left on device", "Disk quota exceeded", "not enough space on the disk");

    private DiskFull() {}

    static boolean is(IOException failure) {
        String message = String.valueOf(failure.getMessage());
        return WORDS.stream().anyMatch(message::contains);
    }
}
