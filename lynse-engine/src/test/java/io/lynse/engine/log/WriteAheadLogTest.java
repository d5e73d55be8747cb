package io.lynse.engine.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What the log promises while its disk is well. */
class WriteAheadLogTest extends LogOnFaultyDisk {

    @Test
    void numbersEntriesFromOneWithoutGaps() {
        for (long lsn = 1; lsn <= 5; lsn++) assertThat(append(ONE, 10)).isEqualTo(new Lsn(lsn));
        assertThat(log.lastLsn()).isEqualTo(new Lsn(5));
        assertThat(log.durableLsn()).isEqualTo(Lsn.NONE);
        assertThat(log.sync(new Lsn(3)).join()).isEqualTo(new Lsn(5)); // the whole group became durable
        assertThat(log.durableLsn()).isEqualTo(new Lsn(5));
    }

    @Test
    void leavesTheCallersBufferAsItWas() {
        ByteBuffer payload = ByteBuffer.allocateDirect(40).position(7).limit(30);
        assertThat(log.append(ONE, 1, 1, payload)).isEqualTo(new Lsn(1));
        assertThat(payload.position()).isEqualTo(7);
        assertThat(payload.limit()).isEqualTo(30);
        assertThat(entries(1)).singleElement().satisfies(entry -> assertThat(entry.payload().remaining()).isEqualTo(23));
    }

    @Test
    void anEntryLargerThanASegmentSpansThem() {
        var payload = new byte[20_000];
        new Random(5).nextBytes(payload);
        log.append(ONE, 3, 65_535, ByteBuffer.wrap(payload));
        append(ONE, 0);
        restart();
        assertThat(entries(1).getFirst()).isEqualTo(new LogEntry(new Lsn(1), ONE, 3, 65_535, ByteBuffer.wrap(payload)));
        assertThat(disk.list()).contains("0000000006.wal");
        assertThat(log.lastLsn()).isEqualTo(new Lsn(2));
    }

    @Test
    void aReaderSeesWhatIsAppendedLaterAndBeforeItIsDurable() {
        try (LogReader reader = log.read(new Lsn(1))) {
            assertThat(reader.next()).isNull();
            append(ONE, 10);
            assertThat(reader.next()).isNotNull();
            assertThat(reader.next()).isNull();
            for (int i = 0; i < 100; i++) append(ONE, 200);
            for (int i = 0; i < 100; i++) assertThat(reader.next()).isNotNull();
            assertThat(reader.next()).isNull();
        }
    }

    @Test
    void framesShowTheProgressInsideAnEntry() {
        try (LogReader reader = log.read(new Lsn(1)); EntryAppender entry = log.begin(ONE, 1, 1, 600)) {
            entry.add(ByteBuffer.allocate(256));
            assertThat(reader.next()).as("an entry that is not complete").isNull();
            assertThat(reader.nextFrame()).extracting(LogFrame::index, LogFrame::last, LogFrame::entryBytes).containsExactly(0, false, 600L);
            assertThat(reader.nextFrame()).isNull();
            assertThat(log.lastLsn()).isEqualTo(Lsn.NONE);
            assertThat(entry.add(ByteBuffer.allocate(344))).isEqualTo(new Lsn(1));
            assertThat(reader.nextFrame()).extracting(LogFrame::index, LogFrame::last).containsExactly(1, false);
            assertThat(reader.nextFrame()).extracting(LogFrame::index, LogFrame::last).containsExactly(2, true);
            assertThat(log.lastLsn()).isEqualTo(new Lsn(1));
        }
    }

    @Test
    void anEntryGivenUpNeverWas() {
        append(ONE, 10);
        try (EntryAppender entry = log.begin(ONE, 1, 1, 600)) {
            entry.add(ByteBuffer.allocate(500));
            assertThatThrownBy(() -> entry.add(ByteBuffer.allocate(101))).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(append(ONE, 20)).isEqualTo(new Lsn(2));
        restart();
        assertThat(entries(1)).extracting(entry -> entry.payload().remaining()).containsExactly(10, 20);
    }

    @Test
    void truncationRemovesATailForGood() {
        for (int i = 1; i <= 60; i++) append(new Epoch(1 + i / 20), 100 + i);
        log.sync(new Lsn(60)).join();
        log.mark(); // the entries that go are marked as durable: their absence must not look like damage
        log.truncateFrom(new Lsn(25));
        assertThat(log.lastLsn()).isEqualTo(new Lsn(24));
        assertThat(log.durableLsn()).isEqualTo(new Lsn(24));
        assertThat(log.epochs()).containsExactly(new EpochEnd(ONE, new Lsn(19)), new EpochEnd(new Epoch(2), new Lsn(24)));
        restart();
        assertThat(log.lastLsn()).isEqualTo(new Lsn(24));
        assertThat(append(new Epoch(9), 5)).isEqualTo(new Lsn(25));
        restart();
        assertThat(entries(1)).hasSize(25).last().extracting(LogEntry::epoch).isEqualTo(new Epoch(9));
    }

    @Test
    void aReaderThatPassedATruncationIsTold() {
        append(ONE, 10);
        append(ONE, 10);
        try (LogReader reader = log.read(new Lsn(2))) {
            assertThat(reader.next()).isNotNull();
            log.truncateFrom(new Lsn(2));
            append(ONE, 10); // another entry 2: it must not be taken for the one that was read
            assertThatThrownBy(reader::next).isInstanceOf(IllegalStateException.class);
        }
        assertThatThrownBy(() -> log.sync(new Lsn(3))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> log.truncateFrom(new Lsn(4))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aReaderGoesOnWithWhatReplacedATruncatedTail() {
        for (int i = 0; i < 10; i++) append(ONE, 50);
        try (LogReader reader = log.read(new Lsn(1))) {
            for (int i = 0; i < 4; i++) assertThat(reader.next()).isNotNull();
            log.truncateFrom(new Lsn(5));
            assertThat(reader.next()).isNull();
            append(new Epoch(2), 50);
            assertThat(reader.next()).extracting(LogEntry::epoch).isEqualTo(new Epoch(2));
        }
    }

    @Test
    void aReaderWhoseFileIsCutAwayUnderItsHandsIsToldOfTheCut() {
        for (int i = 0; i < 100; i++) append(ONE, 200);
        log.sync(new Lsn(100)).join();
        try (LogReader reader = log.read(new Lsn(80))) {
            atTheNextOpen(() -> log.truncateFrom(new Lsn(30)));
            assertThatThrownBy(reader::next).as("nothing was trimmed: no files are needed").isInstanceOf(IllegalStateException.class);
        }
        assertThat(log.lastLsn()).isEqualTo(new Lsn(29));
    }

    @Test
    void aReaderWhoseFileIsTrimmedUnderItsHandsIsToldSo() {
        for (int i = 0; i < 100; i++) append(ONE, 200);
        log.sync(new Lsn(100)).join();
        try (LogReader reader = log.read(new Lsn(10))) {
            atTheNextOpen(() -> log.retention().trimTo(new Lsn(90), RetentionLimits.DEFAULT));
            assertThatThrownBy(reader::next).isInstanceOf(LogTrimmedException.class);
        }
    }

    @Test
    void trimmingDropsWholeSegments() {
        for (int i = 0; i < 200; i++) append(ONE, 200);
        log.sync(new Lsn(200)).join();
        try (LogReader behind = log.read(new Lsn(1))) {
            assertThat(behind.next()).isNotNull();
            log.retention().trimTo(new Lsn(150), RetentionLimits.DEFAULT);
            assertThat(log.firstLsn().value()).isBetween(100L, 150L);
            assertThatThrownBy(() -> drain(behind)).isInstanceOf(LogTrimmedException.class);
        }
        assertThatThrownBy(() -> log.read(new Lsn(5))).isInstanceOf(LogTrimmedException.class).hasMessageContaining("entry 5 was trimmed");
        Lsn first = log.firstLsn();
        restart();
        assertThat(log.firstLsn()).isEqualTo(first);
        assertThat(entries(first.value())).hasSize((int) (201 - first.value()));
        assertThat(log.epochs()).containsExactly(new EpochEnd(ONE, new Lsn(200)));
    }

    @Test
    void aLogTrimmedToItsEndKeepsItsNumbers() {
        for (int i = 0; i < 200; i++) append(ONE, 200);
        log.sync(new Lsn(200)).join();
        log.retention().trimTo(new Lsn(1_000), RetentionLimits.DEFAULT);
        restart();
        assertThat(append(ONE, 1)).isEqualTo(new Lsn(201));
        log.retention().trimTo(new Lsn(1_000), RetentionLimits.DEFAULT); // what is not durable stays
        assertThat(entries(201)).hasSize(1);
    }

    @Test
    void aRestartedLogGoesOnBehindWhatItWasToldAndForgetsTheRest() {
        for (int i = 0; i < 100; i++) append(ONE, 200);
        CompletableFuture<Lsn> waiting = log.sync(new Lsn(100));
        waiting.join();
        try (LogReader reader = log.read(new Lsn(50))) {
            log.restartAfter(new Lsn(70), new Epoch(4));
            assertThatThrownBy(reader::next).isInstanceOf(IllegalStateException.class);
        }
        for (int round = 0; round < 2; round++) {
            assertThat(log.firstLsn()).isEqualTo(new Lsn(71));
            assertThat(log.lastLsn()).isEqualTo(new Lsn(70));
            assertThat(log.durableLsn()).isEqualTo(new Lsn(70));
            assertThat(log.epochs()).containsExactly(new EpochEnd(new Epoch(4), new Lsn(70)));
            assertThatThrownBy(() -> log.read(new Lsn(70))).isInstanceOf(LogTrimmedException.class);
            restart();
        }
        assertThatThrownBy(() -> append(new Epoch(3), 1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(append(new Epoch(4), 1)).isEqualTo(new Lsn(71));
    }

    @Test
    void refusesWhatCannotBe() {
        append(new Epoch(5), 1);
        assertThatThrownBy(() -> append(new Epoch(4), 1)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("epoch 4");
        assertThatThrownBy(() -> log.append(new Epoch(5), 0, 1, ByteBuffer.allocate(1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> log.append(new Epoch(5), 1, 65_536, ByteBuffer.allocate(1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> log.sync(new Lsn(2))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> log.read(new Lsn(3))).isInstanceOf(IllegalStateException.class);
        assertThat(append(new Epoch(5), 1)).as("refusals leave the log usable").isEqualTo(new Lsn(2));
    }

    @Test
    void aClosedLogSaysSo() {
        append(ONE, 1);
        log.close();
        assertThatThrownBy(() -> append(ONE, 1)).isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
        log.close();
        restart();
        assertThat(entries(1)).hasSize(1);
    }
}
