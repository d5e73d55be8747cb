package io.lynse.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log on a real disk. */
class WriteAheadLogIT {

    @TempDir
    Path directory;

    @Test
    void everythingThatManyWritersSyncedIsThere() throws Exception {
        Map<Long, byte[]> written = new ConcurrentHashMap<>();
        try (var log = WriteAheadLog.open(directory, LogSettings.DEFAULT.withSegmentBytes(2 << 20));
                var writers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Integer>> tasks = new ArrayList<>();
            for (int writer = 0; writer < 16; writer++) {
                var random = new Random(writer);
                tasks.add(() -> {
                    for (int i = 0; i < 200; i++) {
                        var payload = new byte[random.nextInt(2_000)];
                        random.nextBytes(payload);
                        Lsn lsn = log.append(new Epoch(1), 7, 1, ByteBuffer.wrap(payload));
                        written.put(lsn.value(), payload);
                        assertThat(log.sync(lsn).join()).isGreaterThanOrEqualTo(lsn);
                    }
                    return 0;
                });
            }
            for (var done : writers.invokeAll(tasks)) done.get();
            assertThat(log.durableLsn()).isEqualTo(new Lsn(3_200));
        }
        try (var log = WriteAheadLog.open(directory, LogSettings.DEFAULT)) {
            assertThat(log.lastLsn()).isEqualTo(new Lsn(3_200));
            assertThat(written).hasSize(3_200);
            try (LogReader reader = log.read(new Lsn(1))) {
                for (long lsn = 1; lsn <= 3_200; lsn++) {
                    LogEntry entry = Objects.requireNonNull(reader.next());
                    assertThat(entry.lsn().value()).isEqualTo(lsn);
                    assertThat(entry.payload()).isEqualTo(ByteBuffer.wrap(Objects.requireNonNull(written.get(lsn))));
                }
                assertThat(reader.next()).isNull();
            }
        }
    }

    @Test
    void readersFollowWritersAcrossSegments() throws Exception {
        var settings = new LogSettings(64 << 10, 1 << 10, 64 << 10, LogSettings.DEFAULT.markAfter());
        var stop = new AtomicBoolean();
        try (var log = WriteAheadLog.open(directory, settings); var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var readers = new ArrayList<Future<Long>>();
            for (int i = 0; i < 2; i++) {
                readers.add(threads.submit(() -> {
                    long seen = 0;
                    try (LogReader reader = log.read(new Lsn(1))) {
                        while (true) {
                            boolean ending = stop.get();
                            LogEntry entry = reader.next();
                            if (entry == null) {
                                if (ending) return seen;
                                LockSupport.parkNanos(100_000);
                                continue;
                            }
                            assertThat(entry.lsn().value()).isEqualTo(++seen);
                            assertThat(entry.payload()).isEqualTo(payload(seen));
                        }
                    }
                }));
            }
            for (long lsn = 1; lsn <= 2_000; lsn++) {
                log.append(new Epoch(1), 1, 1, payload(lsn));
                if (lsn % 100 == 0) log.sync(new Lsn(lsn)).join();
            }
            stop.set(true);
            for (var reader : readers) assertThat(reader.get()).isEqualTo(2_000L);
        }
        try (var files = Files.list(directory)) {
            assertThat(files.count()).isGreaterThan(20);
        }
    }

    @Test
    void interruptedCallersHarmNobody() {
        try (var log = WriteAheadLog.open(directory, LogSettings.DEFAULT)) {
            Thread.currentThread().interrupt();
            Lsn lsn = log.append(new Epoch(1), 1, 1, payload(1));
            var synced = log.sync(lsn);
            log.truncateFrom(lsn);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(synced).isDone();
            Lsn again = log.append(new Epoch(1), 1, 1, payload(2));
            assertThat(log.sync(again).join()).isEqualTo(new Lsn(1));
        }
    }

    private static ByteBuffer payload(long lsn) {
        var bytes = new byte[(int) (lsn * 31 % 3_000)];
        Arrays.fill(bytes, (byte) lsn);
        return ByteBuffer.wrap(bytes);
    }
}
