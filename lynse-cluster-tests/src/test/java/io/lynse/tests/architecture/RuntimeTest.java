package io.lynse.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Maven itself may run on an older JDK: the toolchain must still have given both compiler and tests the right one. */
class RuntimeTest {

    @Test
    void testsRunOnJdk25() {
        assertThat(Runtime.version().feature()).isEqualTo(25);
    }

    @Test
    void classesAreCompiledForJdk25() throws IOException {
        try (InputStream file = Objects.requireNonNull(RuntimeTest.class.getResourceAsStream("RuntimeTest.class"));
                var in = new DataInputStream(file)) {
            in.skipNBytes(6);

            assertThat(in.readUnsignedShort()).as("major version of the class file").isEqualTo(25 + 44);
        }
    }
}
