package io.lynse.tests.faults;

import io.lynse.tests.processes.Node;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One node with what can be done to it.
 *
 * @param number its place on the network
 * @param disk   null: it lies on the machine's own, or keeps no data
 * @param clock  null: it reads the machine's own
 */
record Member(int number, Node node, @Nullable Disk disk, @Nullable WallClock clock) implements AutoCloseable {

    /** Small and short-lived: the second compiler costs more than it gives. */
    private static final String JVM = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx192m";

    static Map<String, String> environment(@Nullable WallClock clock) {
        Map<String, String> environment = new HashMap<>(Map.of("LYNSE_JAVA_OPTS", JVM));
        if (clock != null) environment.putAll(clock.environment());
        return environment;
    }

    @Override
    public Disk disk() {
        return Objects.requireNonNull(disk, () -> node.name() + " has no disk of its own");
    }

    @Override
    public WallClock clock() {
        return Objects.requireNonNull(clock, () -> node.name() + " has no clock of its own");
    }

    @Override
    public void close() throws IOException {
        node.close();
        if (disk != null) disk.close();
    }
}
