package io.lynse.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A log over a disk that can be told to fail, to be full or to be slow. */
abstract class LogOnFaultyDisk {

    static final Epoch ONE = new Epoch(1);

    final FaultyDisk disk = new FaultyDisk();
    WriteAheadLog log = open(disk);

    @BeforeEach
    void empty() {
        assertThat(log.firstLsn()).isEqualTo(new Lsn(1));
        assertThat(log.lastLsn()).isEqualTo(Lsn.NONE);
        assertThat(log.epochs()).isEmpty();
    }

    @AfterEach
    void close() {
        log.close();
    }

    /** On a thread of its own: it must not wait for room, and the test not with it. */
    void trimTo(long lsn) {
        CompletableFuture<Void> trim = CompletableFuture.runAsync(() -> log.retention().trimTo(new Lsn(lsn), RetentionLimits.DEFAULT));
        Awaitility.await().until(trim::isDone);
        trim.join();
    }

    void atTheNextOpen(Runnable task) {
        var done = new AtomicBoolean();
        disk.beforeOpen(() -> {
            if (done.compareAndSet(false, true)) task.run();
        });
    }

    Lsn append(Epoch epoch, int bytes) {
        return log.append(epoch, 1, 1, ByteBuffer.allocate(bytes));
    }

    List<LogEntry> entries(long from) {
        try (LogReader reader = log.read(new Lsn(from))) {
            return drain(reader);
        }
    }

    static List<LogEntry> drain(LogReader reader) {
        var all = new ArrayList<LogEntry>();
        for (@Nullable LogEntry entry = reader.next(); entry != null; entry = reader.next()) all.add(entry);
        return all;
    }

    void restart() {
        log.close();
        log = open(disk);
    }

    static WriteAheadLog open(FaultyDisk disk) {
        return open(disk, LogScenario.SMALL);
    }

    static WriteAheadLog open(FaultyDisk disk, LogSettings settings) {
        try {
            var ids = new Random(disk.operations());
            return WriteAheadLog.open(disk, settings, Runnable::run, ids::nextLong);
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
