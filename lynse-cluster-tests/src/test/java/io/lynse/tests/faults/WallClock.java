package io.lynse.tests.faults;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/** The wall clock of one node, which can be set while its process runs. Needs a C compiler. */
final class WallClock {

    private static final String SOURCE = "/faults/wall_clock.c";

    private final Path library;
    private final Path offset;

    private WallClock(Path library, Path offset) {
        this.library = library;
        this.offset = offset;
    }

    /** @return the library that a process must load for it to have such a clock */
    static Path compile(Path folder) throws IOException {
        Path source = folder.resolve("wall_clock.c");
        try (InputStream resource = Objects.requireNonNull(WallClock.class.getResourceAsStream(SOURCE))) {
            Files.write(source, resource.readAllBytes());
        }
        Path library = folder.resolve("wall_clock.so");
        Shell.run("cc -O2 -shared -fPIC -o " + library + " " + source);
        return library;
    }

    static WallClock of(Path library, Path folder, String node) throws IOException {
        var clock = new WallClock(library, folder.resolve(node + ".clock"));
        clock.set(Duration.ZERO);
        return clock;
    }

    Map<String, String> environment() {
        return Map.of("LD_PRELOAD", library.toString(), "WALL_CLOCK_OFFSET", offset.toString());
    }

    /** @param ahead of the machine's clock, or behind it */
    void set(Duration ahead) throws IOException {
        ByteBuffer seconds = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder()).putLong(0, ahead.toSeconds());
        // In place: processes have this very file mapped.
        try (var file = FileChannel.open(offset, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            file.write(seconds, 0);
        }
    }
}
