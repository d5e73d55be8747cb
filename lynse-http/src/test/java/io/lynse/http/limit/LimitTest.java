package io.lynse.http.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LimitTest {

    @Test
    void countsAreRefusedAboveTheirLimitByName() {
        var limits = new Limits(10, 20);
        assertThat(limits.topK("k", 10)).isEqualTo(10);
        assertThat(limits.batch("ids", 20)).isEqualTo(20);
        assertThatThrownBy(() -> limits.topK("n", 11)).hasMessage("Invalid argument: n 11 exceeds server max_top_k 10");
        assertThatThrownBy(() -> limits.batch("ids", 21)).hasMessage("Invalid argument: ids 21 exceeds server max_batch_vectors 20");
    }

    @Test
    void zeroSwitchesALimitOff() {
        assertThat(new Limits(0, 0).topK("k", Integer.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
    }
}
