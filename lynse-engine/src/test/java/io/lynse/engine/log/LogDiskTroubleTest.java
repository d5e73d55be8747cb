package io.lynse.engine.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynse.model.Lsn;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What becomes of the log, and of those who append to it, when its disk is full, slow or fails. */
class LogDiskTroubleTest extends LogOnFaultyDisk {

    @Test
    void aFullDiskIsWaitedForAndLosesNothing() {
        append(ONE, 10);
        log.sync(new Lsn(1)).join();
        disk.full(true);
        for (int i = 0; i < 40; i++) append(ONE, 200); // more than a segment holds
        CompletableFuture<Lsn> sync = log.sync(log.lastLsn());
        Awaitility.await().until(log::isStalled);
        assertThat(sync).isNotDone();
        assertThat(entries(1)).as("readable all the same").hasSize(41);
        disk.full(false);
        assertThat(sync.join()).isEqualTo(new Lsn(41));
        assertThat(log.isStalled()).isFalse();
        restart();
        assertThat(entries(1)).hasSize(41);
        assertThat(disk.list()).noneMatch(name -> name.endsWith(".tmp"));
    }

    @Test
    void aLogThatWaitsForRoomIsTrimmedMeanwhileAndGoesOnInTheRoomThatThisGives() {
        for (int i = 0; i < 200; i++) append(ONE, 200);
        log.sync(new Lsn(200)).join();
        disk.full(true);
        for (int i = 0; i < 15; i++) append(ONE, 200); // as many as a segment holds, and this one has some
        CompletableFuture<Lsn> sync = log.sync(log.lastLsn());
        Awaitility.await().until(log::isStalled);
        trimTo(150);
        assertThat(log.firstLsn().value()).isBetween(100L, 150L);
        Awaitility.await().until(sync::isDone);
        assertThat(sync.join()).isEqualTo(new Lsn(215));
        assertThat(log.isStalled()).isFalse();
        Lsn first = log.firstLsn();
        restart();
        assertThat(entries(first.value())).hasSize((int) (216 - first.value()));
    }

    @Test
    void aTrimAskedForBeforeTheDiskTurnsOutToBeFullIsDoneToo() {
        for (int i = 0; i < 200; i++) append(ONE, 200);
        log.sync(new Lsn(200)).join();
        disk.full(true);
        for (int i = 0; i < 15; i++) append(ONE, 200); // nobody waits for them: the trim is what wakes the log
        trimTo(150);
        assertThat(log.firstLsn().value()).isBetween(100L, 150L);
        assertThat(log.sync(log.lastLsn()).join()).isEqualTo(new Lsn(215));
    }

    @Test
    void theOnlySegmentOnDiskStaysUntilTheNextIsThere() throws IOException {
        disk.full(true); // no spare file is made ahead
        for (int i = 0; i < 15; i++) append(ONE, 200);
        log.sync(new Lsn(15)).join();
        append(ONE, 200); // begins a segment that finds no room
        log.requestSync();
        Awaitility.await().until(log::isStalled);
        trimTo(16);
        assertThat(log.firstLsn()).isEqualTo(new Lsn(1));
        try (WriteAheadLog found = open(disk.afterKill())) {
            assertThat(found.lastLsn()).as("a log without a segment has forgotten its numbers").isEqualTo(new Lsn(15));
        }
        disk.full(false);
        log.sync(new Lsn(16)).join();
        trimTo(16);
        assertThat(log.firstLsn()).isEqualTo(new Lsn(16));
    }

    @Test
    void aCloseDoesNotWaitForRoomAndTellsThoseWhoDo() {
        append(ONE, 10);
        log.sync(new Lsn(1)).join();
        disk.full(true);
        for (int i = 0; i < 40; i++) append(ONE, 200);
        CompletableFuture<Lsn> sync = log.sync(log.lastLsn());
        Awaitility.await().until(log::isStalled);
        log.close();
        assertThatThrownBy(sync::join).isInstanceOf(CompletionException.class).hasCauseInstanceOf(LogFailedException.class);
        disk.full(false);
        restart();
        assertThat(entries(1)).hasSizeGreaterThanOrEqualTo(1);
    }

    @Test
    void appendersWaitWhenTheDiskIsBehind() throws Exception {
        var tight = new LogSettings(4 << 10, 256, 2 << 10, LogScenario.SMALL.markAfter());
        var own = new FaultyDisk();
        try (WriteAheadLog small = open(own, tight); var writers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Lsn>> last = new ArrayList<>();
            for (int writer = 0; writer < 8; writer++) {
                last.add(writers.submit(() -> {
                    Lsn lsn = Lsn.NONE;
                    for (int i = 0; i < 50; i++) lsn = small.append(ONE, 1, 1, ByteBuffer.allocate(3_000));
                    return small.sync(lsn).join();
                }));
            }
            for (Future<Lsn> done : last) assertThat(done.get()).isNotNull();
            assertThat(small.durableLsn()).isEqualTo(new Lsn(400));
        }
        try (WriteAheadLog small = open(own, tight)) {
            assertThat(small.lastLsn()).isEqualTo(new Lsn(400));
        }
    }

    @Test
    void afterAFailedForceNothingIsTakenAnyMore() {
        append(ONE, 1);
        log.sync(new Lsn(1)).join();
        Lsn doubtful = append(ONE, 1);
        disk.failNextForce();
        CompletableFuture<Lsn> sync = log.sync(doubtful);
        assertThatThrownBy(sync::join).isInstanceOf(CompletionException.class).hasCauseInstanceOf(LogFailedException.class);
        // The disk would work again now. It is not asked: the bytes whose force failed may be gone.
        assertThatThrownBy(() -> append(ONE, 1)).isInstanceOf(LogFailedException.class).hasMessageContaining("the disk reported an error");
        // Not thrown: to throw is to refuse, and the entry was appended before the log failed.
        assertThat(log.sync(doubtful)).isCompletedExceptionally();
        assertThatThrownBy(log.sync(doubtful)::join).isInstanceOf(CompletionException.class).hasCauseInstanceOf(LogFailedException.class);
        assertThatThrownBy(() -> log.truncateFrom(doubtful)).isInstanceOf(LogFailedException.class);
        assertThat(log.durableLsn()).isEqualTo(new Lsn(1));
    }
}
