package io.lynse.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever happens to the power: what was confirmed is there, bit for bit, and nothing else but a prefix of what was appended. */
class LogPowerCutPropertyTest {

    private static final int STEPS = 400;

    static LongStream seeds() {
        return LongStream.range(0, Long.getLong("lynse.test.seeds", 150));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void confirmedEntriesSurvive(long seed) throws IOException {
        new LogScenario(seed, new FaultyDisk()).run(STEPS);
    }

    @Test
    void theSuiteFailsOnADiskThatIgnoresForce() throws IOException {
        int caught = 0;
        for (long seed = 0; seed < 20; seed++) {
            try {
                new LogScenario(seed, new FaultyDisk().ignoringForce()).run(STEPS);
            } catch (AssertionError | LogDamagedException loss) {
                caught++;
            }
        }
        assertThat(caught).as("seeds of 20 that noticed the loss").isEqualTo(20);
    }
}
