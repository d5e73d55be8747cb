package io.lynse.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lynse.model.CollectionId;
import io.lynse.model.ElementType;
import io.lynse.model.Ids;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartWarmUpIT {

    private static final SpareTime PLENTY = new SpareTime(() -> 0.9, () -> 0.8);
    private static final SpareTime NONE = new SpareTime(() -> 0.9, () -> 0.2);

    @TempDir
    private Path folder;

    @Test
    void writesAllItsRowsUnlessToldToStop() {
        assertThat(StartWarmUp.write(folder.resolve("all"), () -> true)).isEqualTo(StartWarmUp.BATCHES);
        var asked = new AtomicInteger();
        assertThat(StartWarmUp.write(folder.resolve("some"), () -> asked.incrementAndGet() <= 3)).isEqualTo(3);
    }

    @Test
    void theKernelsFollowInSpareTime() throws Exception {
        var kernels = new CountDownLatch(1);
        try (var warmUp = new StartWarmUp(PLENTY, () -> false, kernels::countDown)) {
            warmUp.start();
            kernels.await();
        }
    }

    @Test
    void nothingIsDoneWhileOthersNeedTheMachineOrThereIsRealWork() {
        var kernels = new AtomicInteger();
        var asked = new CountDownLatch(2);
        var withoutSpareTime = new StartWarmUp(NONE, () -> {
            asked.countDown();
            return false;
        }, kernels::incrementAndGet);
        withoutSpareTime.start();
        await().until(() -> asked.getCount() == 0);
        assertThat(withoutSpareTime.isRunning()).isTrue();
        withoutSpareTime.close();
        assertThat(withoutSpareTime.isRunning()).isFalse();

        var busy = new StartWarmUp(PLENTY, () -> true, kernels::incrementAndGet);
        busy.start();
        await().until(() -> !busy.isRunning());
        assertThat(kernels).hasValue(0);
    }

    @Test
    void leavesTheDataDirectoryAloneAndIsOverWhenTheEngineIsClosed() {
        var settings = EngineSettings.of(folder.resolve("data")).withWarmUp(true);
        try (var engine = new TestEngine(settings)) {
            assertThat(engine.engine().catalog().collections()).isEmpty();
            CollectionId id = engine.create("c", 2, ElementType.FLOAT32);
            engine.add(id, Ids.range(0, 1), new float[] {1, 2});
            engine.engine().close();
            assertThat(engine.engine().isWarmingUp()).isFalse();
            assertThat(folder.resolve("data").resolve("collections").toFile().list()).containsExactly(id.toString());
        }
    }

    @Test
    void spareTimeIsWhatOthersLeave() {
        assertThat(new SpareTime(() -> 0.3, () -> 0.0).is()).isTrue();
        assertThat(new SpareTime(() -> 1.0, () -> 0.5).is()).isTrue();
        assertThat(new SpareTime(() -> 0.6, () -> 0.0).is()).isFalse();
        assertThat(new SpareTime(() -> -1.0, () -> 0.5).is()).as("not known yet").isFalse();
    }
}
