package io.lynse.tests.faults;

import io.lynse.tests.processes.FreePorts;
import io.lynse.tests.processes.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What this machine can do to a cluster: faults that need what it lacks are left out, by name and with the reason. */
final class Machine implements AutoCloseable {

    private static final Set<Fault.Kind> DISKS = EnumSet.of(Fault.Kind.FULL_DISK, Fault.Kind.SLOW_DISK, Fault.Kind.STUCK_DISK);

    private final Path folder;
    private final Map<Fault.Kind, String> skipped = new EnumMap<>(Fault.Kind.class);
    private final @Nullable Switchboard network;
    private final @Nullable Path clocks;

    /**
     * @param folder which is empty
     * @param places how many nodes there will be
     */
    Machine(Path folder, int places) {
        this.folder = folder;
        network = trying(EnumSet.of(Fault.Kind.PARTITION), () -> Switchboard.open(places));
        clocks = trying(EnumSet.of(Fault.Kind.CLOCK_JUMP), () -> WallClock.compile(folder));
        trying(DISKS, () -> {
            Path place = folder.resolve("disk");
            try (Disk disk = Disk.mount(place)) {
                disk.freeze();
                disk.thaw();
            }
            Files.delete(folder.resolve("disk.img"));
            return place;
        });
    }

    private interface Trial<T> {
        T run() throws IOException;
    }

    private <T> @Nullable T trying(Set<Fault.Kind> kinds, Trial<T> trial) {
        try {
            return trial.run();
        } catch (IOException cannot) {
            kinds.forEach(kind -> skipped.put(kind, String.valueOf(cannot.getMessage())));
            return null;
        }
    }

    Map<Fault.Kind, String> skipped() {
        return Map.copyOf(skipped);
    }

    Set<Fault.Kind> possible() {
        Set<Fault.Kind> possible = EnumSet.allOf(Fault.Kind.class);
        possible.removeAll(skipped.keySet());
        return possible;
    }

    /** One for each node, on a network that can be cut if there is one. */
    List<Node.Place> places(int count) {
        if (network == null) return FreePorts.find(count).stream().map(Node.Place::loopback).toList();
        return IntStream.range(0, count).mapToObj(network::place).toList();
    }

    Switchboard network() {
        if (network == null) throw new IllegalStateException("no network that can be cut: " + skipped);
        return network;
    }

    @Nullable Disk disk(Path place) throws IOException {
        return possible().containsAll(DISKS) ? Disk.mount(place) : null;
    }

    @Nullable WallClock clock(String node) throws IOException {
        return clocks == null ? null : WallClock.of(clocks, folder, node);
    }

    @Override
    public void close() throws IOException {
        if (network != null) network.close();
    }
}
