package io.lynse.shard.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.lynse.shard.bench.StageCpu.Stage;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class ThreadCpuIT {

    private static final long WORK_NANOS = TimeUnit.MILLISECONDS.toNanos(60);

    @Test
    void keepsWhatAThreadUsedThatHasEnded() throws Exception {
        assumeThat(Path.of("/proc/self/schedstat")).as("what the kernel tells of threads").exists();
        try (var cpu = ThreadCpu.start()) {
            StageCpu before = cpu.read();
            var mayEnd = new CountDownLatch(1);
            Thread worker = Thread.ofPlatform().name("lynse-fold").start(() -> {
                work();
                await(mayEnd);
            });
            Awaitility.await().until(() -> cpu.read().since(before).of(Stage.FOLD) >= WORK_NANOS);
            mayEnd.countDown();
            worker.join();

            StageCpu spent = cpu.read().since(before);
            assertThat(spent.of(Stage.FOLD)).isGreaterThanOrEqualTo(WORK_NANOS);
            assertThat(spent.processNanos()).isGreaterThanOrEqualTo(WORK_NANOS);
        }
    }

    @Test
    void waitsForMerges() throws Exception {
        assumeThat(Path.of("/proc/self/schedstat")).as("what the kernel tells of threads").exists();
        try (var cpu = ThreadCpu.start()) {
            var mayEnd = new CountDownLatch(1);
            Thread merge = Thread.ofPlatform().name("Lucene Merge Thread #0").start(() -> await(mayEnd));
            Thread waiting = Thread.ofPlatform().start(cpu::awaitMerges);
            Awaitility.await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
            assertThat(merge.isAlive()).isTrue();
            mayEnd.countDown();
            waiting.join(TimeUnit.SECONDS.toMillis(10));
            assertThat(waiting.isAlive()).isFalse();
        }
    }

    private static void work() {
        var threads = java.lang.management.ManagementFactory.getThreadMXBean();
        while (threads.getCurrentThreadCpuTime() < WORK_NANOS) Thread.onSpinWait();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
