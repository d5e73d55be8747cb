package io.lynse.engine.index.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class KernelWarmUpTest {

    @Test
    void runsOneRoundWhenItHasNoTime() {
        KernelWarmUp.Outcome outcome = KernelWarmUp.run(Duration.ZERO);

        assertThat(outcome.rounds()).isEqualTo(1);
        assertThat(outcome.settled()).isFalse();
    }
}
