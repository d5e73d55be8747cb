package io.lynse.engine.log;

import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * Append and sync, as writers do it: each waits until its entry is durable before it sends the next. Prints rows per second and
 * the time of one append and sync. Run as a program: {@code LogBench DIRECTORY [SECONDS]}.
 */
final class LogBench {

    private static final int ROW_BYTES = 600;

    private LogBench() {}

    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        Duration time = Duration.ofSeconds(args.length > 1 ? Long.parseLong(args[1]) : 3);
        for (int rows : new int[] {1, 100, 1, 100}) { // the second round is warm
            for (int writers : new int[] {1, 8}) run(directory, rows, writers, time);
        }
    }

    private static void run(Path directory, int rows, int writers, Duration time) throws Exception {
        Path own = Files.createTempDirectory(directory, "log");
        try (var log = WriteAheadLog.open(own, LogSettings.DEFAULT); var threads = Executors.newFixedThreadPool(writers)) {
            long cpu = processCpuNanos();
            long start = System.nanoTime();
            long end = start + time.toNanos();
            List<Future<long[]>> all = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) all.add(threads.submit(() -> write(log, rows * ROW_BYTES, end)));
            var times = new ArrayList<long[]>();
            for (Future<long[]> one : all) times.add(one.get());
            double seconds = (System.nanoTime() - start) / 1e9;
            long[] sorted = times.stream().flatMapToLong(Arrays::stream).sorted().toArray();
            double done = (double) sorted.length * rows;
            System.out.printf(
                    "%3d rows x %d bytes, %d writers: %,9.0f rows/s %,7.0f entries/s p50 %.0f us p99 %.0f us, CPU %.2f us/row%n",
                    rows, ROW_BYTES, writers, done / seconds, sorted.length / seconds, sorted[sorted.length / 2] / 1e3,
                    sorted[(int) (sorted.length * 0.99)] / 1e3, (processCpuNanos() - cpu) / 1e3 / done);
        } finally {
            delete(own);
        }
    }

    private static long[] write(WriteAheadLog log, int bytes, long end) {
        var payload = new byte[bytes];
        new Random(1).nextBytes(payload);
        var times = new long[1 << 20];
        int count = 0;
        for (long now = System.nanoTime(); now < end && count < times.length; count++) {
            Lsn lsn = log.append(new Epoch(1), 1, 1, ByteBuffer.wrap(payload));
            Lsn durable = log.sync(lsn).join();
            if (count % 1_000 == 999) log.retention().trimTo(durable, RetentionLimits.DEFAULT); // as checkpoints do
            long then = System.nanoTime();
            times[count] = then - now;
            now = then;
        }
        return Arrays.copyOf(times, count);
    }

    private static long processCpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) java.lang.management.ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }
}
