package io.lynse.engine.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Damage to what was durable is named; it is never taken for a torn tail, and never read as something else. */
class LogDamageTest {

    static LongStream seeds() {
        return LongStream.range(0, 600);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void oneChangedBitOrAMissingEndIsNamedOrHarmless(long seed) throws IOException {
        var random = new Random(seed);
        var model = new LogModel();
        FaultyDisk disk = written(model, random);
        List<String> files = disk.list();
        String file = files.get(random.nextInt(files.size()));
        int bytes = disk.bytes(file).length;
        if (seed % 5 == 0) {
            disk.shorten(file, random.nextInt(bytes));
        } else {
            // Half of the flips go where the last entries are.
            String last = files.stream().filter(name -> name.endsWith(".wal")).reduce((a, b) -> b).orElseThrow();
            if (random.nextBoolean()) disk.flip(last, random.nextInt(1_200), 1 << random.nextInt(8));
            else disk.flip(file, random.nextInt(bytes), 1 << random.nextInt(8));
        }
        try (WriteAheadLog log = open(disk)) {
            model.check(log);
        } catch (LogDamagedException damage) {
            assertThat(damage.file()).startsWith("/log/");
            assertThat(damage).hasMessageContaining(damage.file()).hasMessageContaining("at byte " + damage.offset());
        }
    }

    @Test
    void damageToTheLastConfirmedEntryIsNoTornTail() throws IOException {
        var disk = new FaultyDisk();
        try (WriteAheadLog log = open(disk)) {
            for (int i = 0; i < 3; i++) append(log, 100);
        }
        disk.flip(SegmentFiles.name(1), SegmentHeader.BYTES + 2 * Frame.spaceFor(100) + Frame.HEAD_BYTES + 50, 1);

        assertThatThrownBy(() -> open(disk)).isInstanceOfSatisfying(LogDamagedException.class, damage -> {
            assertThat(damage.lsn()).isEqualTo(new Lsn(3));
            assertThat(damage.offset()).isEqualTo(SegmentHeader.BYTES + 2L * Frame.spaceFor(100));
            assertThat(damage.file()).isEqualTo("/log/0000000001.wal");
        });
    }

    @Test
    void whatReplacedATruncatedTailIsMarkedToo() throws IOException {
        var disk = new FaultyDisk();
        try (WriteAheadLog log = open(disk)) {
            for (int i = 0; i < 5; i++) append(log, 100);
            log.mark();
            log.truncateFrom(new Lsn(2));
            append(log, 100);
        }
        disk.flip(SegmentFiles.name(1), SegmentHeader.BYTES + Frame.spaceFor(100) + 50, 1);
        assertThatThrownBy(() -> open(disk)).isInstanceOf(LogDamagedException.class);
    }

    @Test
    void aTornTailIsCutAndDoesNotComeBack() throws IOException {
        var disk = new FaultyDisk();
        try (WriteAheadLog log = open(disk)) {
            for (int i = 0; i < 3; i++) append(log, 100);
            log.sync(new Lsn(3)).join();
            for (int i = 0; i < 3; i++) append(log, 100); // 4, 5 and 6: on disk, never confirmed
        }
        FaultyDisk found = withoutMark(disk, 6, 100);
        found.flip(SegmentFiles.name(1), SegmentHeader.BYTES + 3 * Frame.spaceFor(100) + 10, 1);

        FaultyDisk killed;
        try (WriteAheadLog log = open(found)) {
            assertThat(log.lastLsn()).isEqualTo(new Lsn(3));
            append(log, 100); // exactly as long as the one that was cut: 5 and 6 stand behind it, were they not zeroed
            log.sync(new Lsn(4)).join();
            killed = found.afterKill(); // before a mark is written over the beginning of 5
        }
        try (WriteAheadLog log = open(killed)) {
            assertThat(log.lastLsn()).isEqualTo(new Lsn(4));
        }
    }

    @Test
    void aMissingSegmentIsNamed() throws IOException {
        var model = new LogModel();
        FaultyDisk disk = written(model, new Random(1));
        disk.delete(SegmentFiles.name(2));
        assertThatThrownBy(() -> open(disk)).isInstanceOf(LogDamagedException.class).hasMessageContaining("/log/0000000002.wal");
    }

    @Test
    void aLengthThatLiesAllocatesNothing() {
        var entry = new Frame.EntryHead(1, 1, 1, 1, 5);
        ByteBuffer bytes = ByteBuffer.allocate(64).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        new Frame(entry, 0, true, 0, Integer.MAX_VALUE, 0).write(bytes, 0, 42); // even with a true CRC
        assertThat(Frame.read(bytes, 0, 42)).isNull();
        new Frame(entry, 0, true, 0, -1, 0).write(bytes, 0, 42);
        assertThat(Frame.read(bytes, 0, 42)).isNull();
        new Frame(entry, 0, true, 0, 5, 0).write(bytes, 0, 42);
        assertThat(Frame.read(bytes, 0, 42)).isNotNull();
        assertThat(Frame.read(bytes, 0, 43)).as("a frame of another segment").isNull();
    }

    /** Entries with a payload that holds the bytes of a frame are not mistaken for it when the tail is searched. */
    @Test
    void aPayloadCannotForgeAMark() throws IOException {
        var disk = new FaultyDisk();
        try (WriteAheadLog log = open(disk)) {
            append(log, 10);
            log.sync(new Lsn(1)).join();
            ByteBuffer forged = ByteBuffer.allocate(64).order(java.nio.ByteOrder.LITTLE_ENDIAN);
            new Frame(new Frame.EntryHead(9, 1, 1, 1, 0), 0, true, 9, 0, 0).write(forged, 0, 0x0123456789L);
            Lsn _ = log.append(new Epoch(1), 1, 1, forged);
        }
        FaultyDisk found = withoutMark(disk, 2, 10, 64);
        found.flip(SegmentFiles.name(1), SegmentHeader.BYTES + Frame.spaceFor(10) + 20, 1);
        try (WriteAheadLog log = open(found)) {
            assertThat(log.lastLsn()).isEqualTo(new Lsn(1));
        }
    }

    private static FaultyDisk written(LogModel model, Random random) throws IOException {
        var disk = new FaultyDisk();
        try (WriteAheadLog log = open(disk)) {
            for (int i = 0; i < 40; i++) {
                var payload = new byte[random.nextInt(i % 10 == 0 ? 3_000 : 300)];
                random.nextBytes(payload);
                int epoch = 1 + i / 15;
                log.append(new Epoch(epoch), 2, 1, ByteBuffer.wrap(payload));
                model.append(new LogModel.Entry(epoch, 2, 1, ByteBuffer.wrap(payload)));
                if (random.nextInt(4) == 0) model.confirm(log.sync(new Lsn(i + 1)).join().value());
            }
        }
        return disk;
    }

    /** The disk as if the process had died before the mark of the clean end was written behind entries of these sizes. */
    private static FaultyDisk withoutMark(FaultyDisk disk, int entries, int... payloadBytes) {
        FaultyDisk found = disk.afterKill();
        int end = SegmentHeader.BYTES;
        for (int i = 0; i < entries; i++) end += Frame.spaceFor(payloadBytes[Math.min(i, payloadBytes.length - 1)]);
        for (int i = 0; i < Frame.HEAD_BYTES; i++) {
            byte there = found.bytes(SegmentFiles.name(1))[end + i];
            found.flip(SegmentFiles.name(1), end + i, there);
        }
        return found;
    }

    private static void append(WriteAheadLog log, int bytes) {
        Lsn _ = log.append(new Epoch(1), 1, 1, ByteBuffer.allocate(bytes));
    }

    private static WriteAheadLog open(FaultyDisk disk) throws IOException {
        var ids = new Random(disk.operations() + 7);
        return WriteAheadLog.open(disk, LogScenario.SMALL, Runnable::run, ids::nextLong);
    }
}
