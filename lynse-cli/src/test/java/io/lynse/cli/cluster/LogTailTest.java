package io.lynse.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogTailTest {

    @Test
    void isTheLastLines() {
        assertThat(LogTail.last("a\nb\nc\n", 2)).containsExactly("b", "c");
        assertThat(LogTail.last("a\n", 2)).containsExactly("a");
        assertThat(LogTail.last("", 2)).isEmpty();
    }
}
