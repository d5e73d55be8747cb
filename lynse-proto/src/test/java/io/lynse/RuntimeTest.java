package io.lynse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RuntimeTest {

    /** Maven itself may run on an older JDK: the toolchain must have switched. */
    @Test
    void testsRunOnJava25() {
        assertThat(Runtime.version().feature()).isEqualTo(25);
    }
}
