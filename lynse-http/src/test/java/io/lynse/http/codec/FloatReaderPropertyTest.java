package io.lynse.http.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynse.memory.RequestMemory;
import java.io.ByteArrayInputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every number is read bit for bit as {@link Float#parseFloat} reads it, the hard ones above all. Seed: {@value #SEED}, or {@code -Dseed=}. */
class FloatReaderPropertyTest {

    private static final long SEED = 20_261_124;
    private static final int NUMBERS = 450_000;
    private static final int PER_ARRAY = 1_000;

    @Test
    void readsEveryNumberAsTheJdkDoes() {
        long seed = Long.getLong("seed", SEED);
        var random = new Random(seed);
        for (int read = 0; read < NUMBERS; read += PER_ARRAY) {
            String[] texts = new String[PER_ARRAY];
            var body = new StringBuilder();
            for (int i = 0; i < PER_ARRAY; i++) {
                texts[i] = number(random, read + i);
                body.append(texts[i]).append(i % 7 == 0 ? " , " : ",");
            }
            body.setLength(body.lastIndexOf(","));
            float[] elements = read(body + "]");
            assertThat(elements).hasSize(PER_ARRAY);
            for (int i = 0; i < PER_ARRAY; i++) {
                assertThat(Float.floatToRawIntBits(elements[i])).as("seed %d: %s", seed, texts[i]).isEqualTo(Float.floatToRawIntBits(Float.parseFloat(texts[i])));
            }
        }
    }

    /** Numbers that round to a finite float, a third of them at or beside the middle of two floats. */
    private static String number(Random random, int round) {
        while (true) {
            float f = Float.intBitsToFloat(random.nextInt());
            if (!Float.isFinite(f) || Math.abs(f) == Float.MAX_VALUE) continue;
            double middle = ((double) f + (double) Math.nextUp(f)) / 2;
            String text = switch (round % 12) {
                case 0 -> Float.toString(f);
                case 1 -> Double.toString(f);
                case 2 -> "0." + random.nextInt(1_000_000);
                case 3 -> "%.6f".formatted(random.nextGaussian() / 20);
                case 4 -> new BigDecimal(middle).toString();
                case 5 -> new BigDecimal(middle).add(new BigDecimal(random.nextBoolean() ? "1e-60" : "-1e-60")).toString();
                case 6 -> random.nextLong() + (random.nextBoolean() ? "e" + (random.nextInt(80) - 60) : "." + random.nextInt(1 << 30));
                case 7 -> Double.toString(Math.nextAfter(middle, random.nextBoolean() ? 9e99 : -9e99));
                case 8 -> Long.toString((1L << 24 | random.nextInt(1 << 24)) << random.nextInt(20)) + (random.nextBoolean() ? "" : ".0");
                // Middles of floats below 1 with as few digits as they have: the fast path must see that it may not decide.
                case 9 -> new BigDecimal(((1 << 24) + 2 * random.nextInt(1 << 22) + 1) / (double) (1L << 25 + random.nextInt(8))).toPlainString();
                case 10 -> Double.toString(random.nextGaussian() / 20);
                default -> "-0.0" + "0".repeat(random.nextInt(30)) + random.nextInt(1 << 20);
            };
            if (Float.isFinite(Float.parseFloat(text))) return text;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e39", "-1e39", "3.4028236e38", "1" + "000000000000000000000000000000000000000", "NaN", "Infinity", "-Infinity", "null", "\"1.5\"", "true",
        "01", "-01", "1.", "1.e3", ".5", "+1", "-", "1e", "1e+", "0x1", "1f", "1 2", "[1]", "{}", ""})
    void refusesWhatIsNoFiniteJsonNumber(String text) {
        assertThatThrownBy(() -> read("1," + text + "]")).isInstanceOf(TextRefusal.class).hasMessageStartingWith("Json deserialize error: vector[");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "1,", "1,2", "-", "1.5e"})
    void refusesABodyThatEndsEarly(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(TextRefusal.class);
    }

    @Test
    void readsNumbersAcrossTheWindowsOfALargeBody() {
        var random = new Random(SEED);
        var body = new StringBuilder();
        float[] expected = new float[60_000];
        for (int i = 0; i < expected.length; i++) {
            String text = number(random, i);
            expected[i] = Float.parseFloat(text);
            body.append(text).append(" ".repeat(i % 500 == 0 ? 3_000 : 0)).append(i + 1 < expected.length ? "," : "]");
        }
        assertThat(body.length()).isGreaterThan(10 * 64 * 1024);
        assertThat(read(body.toString())).containsExactly(expected);
        assertThat(read(body.toString(), -1)).containsExactly(expected);
    }

    @Test
    void refusesANumberLongerThanTheWindowGuarantees() {
        String number = "0." + "1".repeat(80_000);
        assertThatThrownBy(() -> read(number + "]")).isInstanceOf(TextRefusal.class).hasMessageContaining("longer than 1024 characters");
    }

    private static float[] read(String text) {
        return read(text, text.length());
    }

    private static float[] read(String text, long announced) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        var reader = new FloatReader(new JsonInput(new ByteArrayInputStream(bytes), announced, RequestMemory.unbounded()), 16);
        int count = reader.read("vector");
        return java.util.Arrays.copyOf(reader.elements(), count);
    }
}
