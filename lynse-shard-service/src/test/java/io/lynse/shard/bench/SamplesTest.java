package io.lynse.shard.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SamplesTest {

    @Test
    void percentilesAreValuesThatWereMeasured() {
        var samples = new Samples();
        for (int i = 1_000; i >= 1; i--) samples.add(i);

        assertThat(samples.median()).isEqualTo(500);
        assertThat(samples.percentile(99)).isEqualTo(990);
        assertThat(samples.percentile(0)).isEqualTo(1);
        assertThat(samples.percentile(100)).isEqualTo(1_000);
    }

    @Test
    void ofOneValueEveryPercentileIsThatValue() {
        var samples = new Samples();
        samples.add(7);

        assertThat(samples.median()).isEqualTo(7);
        assertThat(samples.percentile(99)).isEqualTo(7);
    }

    @Test
    void ofNothingThereIsNoMedian() {
        assertThatThrownBy(() -> new Samples().median()).hasMessageContaining("nothing was measured");
    }
}
