package io.lynse.model.field;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Generated fields come back; changed bytes are refused or read, never anything else, and never cost more than they are worth. */
class FieldsPropertyTest {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    static LongStream seeds() {
        return LongStream.range(0, 60);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whatGoesInComesOut(long seed) {
        var random = new Random(seed);
        for (int i = 0; i < 50; i++) {
            Map<String, @Nullable Object> map = map(random, 0);
            Fields fields = Fields.of(map);
            assertThat(fields.toMap()).isEqualTo(map);
            assertThat(Fields.checked(fields.encoded()).toMap()).isEqualTo(map);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void changedBytesAreRefusedOrRead(long seed) {
        var random = new Random(seed);
        var rows = new ArrayList<@Nullable Fields>();
        for (int row = 0; row < 3; row++) rows.add(random.nextInt(4) == 0 ? null : Fields.of(map(random, 0)));
        ByteBuffer whole = FieldBlock.of(rows).bytes();
        byte[] original = new byte[whole.remaining()];
        whole.get(original);
        int refused = 0;
        for (int i = 0; i < 300; i++) {
            byte[] bytes = changed(original, random);
            long before = THREADS.getCurrentThreadAllocatedBytes();
            try {
                FieldBlock block = FieldBlock.checked(ByteBuffer.wrap(bytes), 3);
                for (int row = 0; row < 3; row++) {
                    Fields fields = block.get(row);
                    if (fields == null) continue;
                    Map<String, @Nullable Object> map = fields.toMap();
                    assertThat(Fields.of(map).toMap()).isEqualTo(map);
                }
            } catch (FieldFormatException expected) {
                refused++;
            }
            // A value is read into at most some ten times its bytes; AssertJ's own share is in the constant.
            assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).as("bytes allocated").isLessThan(4_000_000 + 200L * bytes.length);
        }
        assertThat(refused).as("changes noticed").isPositive();
    }

    private static byte[] changed(byte[] original, Random random) {
        int length = random.nextInt(5) == 0 ? random.nextInt(original.length + 10) : original.length;
        byte[] bytes = java.util.Arrays.copyOf(original, length);
        for (int changes = 1 + random.nextInt(3); changes > 0 && length > 0; changes--) {
            int at = random.nextInt(length);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> bytes[at] = (byte) random.nextInt(10); // another tag
                default -> { // a length that lies
                    if (at + 4 <= length) java.util.Arrays.fill(bytes, at, at + 4, (byte) (random.nextBoolean() ? 0xFF : 0x7F));
                }
            }
        }
        return bytes;
    }

    private static Map<String, @Nullable Object> map(Random random, int depth) {
        var map = new LinkedHashMap<String, @Nullable Object>();
        for (int i = random.nextInt(5); i > 0; i--) map.put(text(random), value(random, depth));
        return map;
    }

    private static @Nullable Object value(Random random, int depth) {
        return switch (random.nextInt(depth > 4 ? 7 : 9)) {
            case 0 -> null;
            case 1 -> random.nextBoolean();
            case 2 -> random.nextLong();
            case 3 -> (long) random.nextInt(100);
            case 4 -> new BigInteger(64, random).setBit(63);
            case 5 -> random.nextGaussian();
            case 6 -> text(random);
            case 7 -> map(random, depth + 1);
            default -> {
                List<@Nullable Object> list = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) list.add(value(random, depth + 1));
                yield list;
            }
        };
    }

    private static String text(Random random) {
        int[] alphabet = {'a', 'z', '0', 0, 'é', 0x20AC, 0x1F600};
        var out = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) out.appendCodePoint(alphabet[random.nextInt(alphabet.length)]);
        return out.toString();
    }
}
