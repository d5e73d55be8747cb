package io.lynse.shard.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateLimitTest {

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1000); // a clock may begin anywhere
    private final RateLimit limit = new RateLimit(1000, now::get);

    @Test
    void bytesWaitForThoseBeforeThem() {
        assertThat(limit.take(500)).isZero();
        assertThat(limit.take(2000)).isEqualTo(Duration.ofMillis(500));
        assertThat(limit.take(1)).isEqualTo(Duration.ofMillis(2500));
    }

    @Test
    void whatWasNotUsedIsGone() {
        limit.take(1000);
        now.addAndGet(Duration.ofSeconds(60).toNanos());
        assertThat(limit.take(1000)).isZero();
        assertThat(limit.take(1000)).isEqualTo(Duration.ofSeconds(1));
    }
}
