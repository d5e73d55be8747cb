package io.lynse.shard.bench;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Memory and disk in use. */
final class Space {

    private static final double MB = 1e6;

    private Space() {}

    static void measure(BenchNode node, int rows, Figures figures) {
        figures.put(Figure.DISK_BYTES_PER_ROW, (double) fileBytes(node.directory().resolve("collections")) / rows);
        figures.put(Figure.LOG_MB, fileBytes(node.directory().resolve("log")) / MB);
        System.gc();
        figures.put(Figure.HEAP_MB, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / MB);
        figures.put(Figure.OFF_HEAP_COPIES_MB, node.engine().copyBytes() / MB);
        long buffers = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct")).mapToLong(BufferPoolMXBean::getMemoryUsed).sum();
        figures.put(Figure.OFF_HEAP_BUFFERS_MB, buffers / MB);
        residentBytes(figures);
    }

    private static void residentBytes(Figures figures) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            lines.filter(line -> line.startsWith("VmRSS:")).findFirst()
                    .ifPresent(line -> figures.put(Figure.RSS_MB, Long.parseLong(line.replaceAll("\\D", "")) * 1024 / MB));
        } catch (IOException notLinux) {
            // Then it stays unknown.
        }
    }

    private static long fileBytes(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
        } catch (IOException failure) {
            throw new BenchFailed("cannot read " + folder + ": " + failure.getMessage(), failure);
        }
    }
}
