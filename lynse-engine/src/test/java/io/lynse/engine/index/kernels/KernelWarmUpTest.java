package io.lynse.engine.index.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class KernelWarmUpTest {

    @Test
    void runsOneRoundWhenItHasNoTime() {
        KernelWarmUp.Outcome outcome = KernelWarmUp.run(Duration.ZERO, () -> false);

        assertThat(outcome.rounds()).isEqualTo(1);
        assertThat(outcome.settled()).isFalse();
    }

    @Test
    void stopsWhenTold() {
        KernelWarmUp.Outcome outcome = KernelWarmUp.run(Duration.ofHours(1), () -> true);

        assertThat(outcome.rounds()).isEqualTo(1);
    }
}
