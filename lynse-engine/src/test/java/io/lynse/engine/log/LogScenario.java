package io.lynse.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A random life of a log beside its {@link LogModel}: appends of all sizes, syncs, truncations, trims, reads, clean restarts, kills and
 * power cuts at random changes of the disk. Small segments and frames make every boundary frequent. With one seed
 * everything happens again: the log's thread only works while this one waits for it.
 */
final class LogScenario {

    /** Segments of 4 KiB, frames of 256 bytes, no mark unless asked for. */
    static final LogSettings SMALL = new LogSettings(4 << 10, 256, 1 << 20, Duration.ofDays(1));

    private final Random random;
    private final LogModel model = new LogModel();
    private FaultyDisk disk;
    private WriteAheadLog log;
    private long trimmed = 1;
    private @Nullable Long truncating;
    private boolean powerMayFail;

    LogScenario(long seed, FaultyDisk disk) throws IOException {
        random = new Random(seed);
        this.disk = disk;
        log = open();
    }

    /** Runs this many steps. @throws AssertionError if the log and the model disagree */
    void run(int steps) throws IOException {
        for (int step = 0; step < steps; step++) {
            if (random.nextInt(40) == 0) {
                disk.cutPowerAfter(random.nextInt(25));
                powerMayFail = true;
            }
            try {
                step();
            } catch (LogFailedException | CompletionException off) {
                assertThat(powerMayFail).as("the log failed by itself: %s", off).isTrue();
                crash(disk.afterPowerCut(random));
            }
            truncating = null;
        }
        close();
    }

    private void step() throws IOException {
        switch (random.nextInt(31)) {
            case 0, 1, 2, 3, 4, 5 -> append(random.nextInt(300));
            case 6, 7, 8, 9, 10 -> append(100); // equal lengths: what is cut and what replaces it end at the same place
            case 11, 12 -> append(random.nextInt(3_000));
            case 13 -> append(random.nextInt(12_000));
            case 14, 15, 16, 17, 18, 19 -> sync();
            case 20 -> truncate();
            case 21 -> trim();
            case 22 -> model.check(log);
            case 23 -> readFromSomewhere();
            case 24 -> log.mark();
            case 25 -> giveUp();
            case 26 -> {
                log.close();
                crash(disk.afterKill());
            }
            case 27 -> {
                disk.cutPowerAfter(0);
                crash(disk.afterPowerCut(random));
            }
            case 28 -> crash(disk.afterKill());
            case 29 -> restartLater();
            default -> appendInParts();
        }
    }

    private WriteAheadLog open() throws IOException {
        var ids = new Random(random.nextLong());
        return WriteAheadLog.open(disk, SMALL, Runnable::run, ids::nextLong);
    }

    private void crash(FaultyDisk found) throws IOException {
        close();
        powerMayFail = false;
        disk = found;
        log = open();
        model.adoptAfterCrash(log, truncating);
        assertThat(log.firstLsn().value()).as("first LSN").isLessThanOrEqualTo(Math.min(trimmed, model.last() + 1));
    }

    private void close() {
        log.close();
    }

    private LogModel.Entry entry(int bytes) {
        var payload = new byte[bytes];
        if (random.nextInt(4) > 0) random.nextBytes(payload); // else zeros, which look like unused space
        long epoch = model.lastEpoch() + (random.nextInt(10) == 0 ? 1 + random.nextInt(2) : 0);
        return new LogModel.Entry(epoch, 1 + random.nextInt(5), random.nextInt(0x10000), ByteBuffer.wrap(payload));
    }

    private void append(int bytes) {
        LogModel.Entry entry = entry(bytes);
        Lsn lsn = log.append(new Epoch(entry.epoch()), entry.type(), entry.version(), entry.payload());
        model.append(entry);
        assertThat(lsn.value()).isEqualTo(model.last());
    }

    private void appendInParts() {
        LogModel.Entry entry = entry(random.nextInt(2_000));
        model.append(entry); // before the call that completes it: if that fails, the entry may be there or not
        try (EntryAppender appender = log.begin(new Epoch(entry.epoch()), entry.type(), entry.version(), entry.payload().remaining())) {
            ByteBuffer left = entry.payload().duplicate();
            do {
                int part = Math.min(left.remaining(), random.nextInt(700));
                appender.add(left.slice(left.position(), part));
                left.position(left.position() + part);
            } while (left.hasRemaining());
        }
    }

    private void giveUp() {
        LogModel.Entry entry = entry(1 + random.nextInt(2_000));
        try (EntryAppender appender = log.begin(new Epoch(entry.epoch()), entry.type(), entry.version(), entry.payload().remaining())) {
            appender.add(entry.payload().slice(0, random.nextInt(entry.payload().remaining())));
        }
        assertThat(log.lastLsn().value()).isEqualTo(model.last());
    }

    private void sync() {
        long lsn = random.nextInt(3) == 0 ? random.nextLong(model.last() + 1) : model.last();
        long durable = log.sync(new Lsn(lsn)).join().value();
        assertThat(durable).isBetween(lsn, model.last());
        model.confirm(durable);
    }

    private void truncate() {
        long first = log.firstLsn().value();
        long lsn = Math.max(first, model.last() + 1 - random.nextInt(8));
        truncating = lsn;
        log.truncateFrom(new Lsn(lsn));
        model.truncateFrom(lsn);
        truncating = null;
        trimmed = Math.min(trimmed, lsn);
        assertThat(log.lastLsn().value()).isEqualTo(lsn - 1);
    }

    private void trim() {
        trimmed = Math.max(trimmed, 1 + random.nextLong(model.confirmed() + 1));
        log.retention().trimTo(new Lsn(trimmed), RetentionLimits.DEFAULT);
    }

    /** As after a refill from files: entries that the log never had are taken for known. */
    private void restartLater() {
        if (random.nextInt(5) > 0) return;
        long last = model.last() + random.nextInt(3);
        long epoch = model.lastEpoch();
        // A crash may come before it or after it: either way these entries may be there, and the first may be the one behind them.
        while (model.last() < last) model.append(new LogModel.Entry(epoch, 1, 1, ByteBuffer.allocate(0)));
        trimmed = last + 1;
        log.restartAfter(new Lsn(last), new Epoch(epoch));
        model.confirm(last);
        assertThat(log.firstLsn().value()).isEqualTo(last + 1);
    }

    private void readFromSomewhere() {
        long first = log.firstLsn().value();
        model.checkFrom(log, first + random.nextLong(model.last() + 2 - first));
    }
}
