package io.lynse.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RowIdTest {

    /** Ascending. U+FF5E sorts before U+1F600 in UTF-8, but behind it in UTF-16. */
    private static final List<RowId> ORDERED = List.of(
            RowId.of(0),
            RowId.of(2),
            RowId.of(10),
            RowId.of(Long.MAX_VALUE),
            RowId.of("\0"),
            RowId.of("10"),
            RowId.of("2"),
            RowId.of("A"),
            RowId.of("a"),
            RowId.of("aa"),
            RowId.of("é"),
            RowId.of("\uFF5E"),
            RowId.of("\uD83D\uDE00"));

    @Test
    void ordersIntegersNumericallyThenTextsByTheirUtf8Bytes() {
        var shuffled = new ArrayList<>(ORDERED);
        Collections.shuffle(shuffled, new Random(3));
        shuffled.sort(RowId.ORDER);
        assertThat(shuffled).containsExactlyElementsOf(ORDERED);
    }

    @Test
    void comparesEveryPairConsistently() {
        for (int a = 0; a < ORDERED.size(); a++) {
            for (int b = 0; b < ORDERED.size(); b++) {
                assertThat(Integer.signum(RowId.ORDER.compare(ORDERED.get(a), ORDERED.get(b)))).isEqualTo(Integer.compare(a, b));
            }
        }
    }

    @Test
    void comparesRandomTextsAsTheirBytesDo() {
        var random = new Random(11);
        for (int i = 0; i < 2_000; i++) {
            String a = text(random);
            String b = text(random);
            int expected = Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
            assertThat(Integer.signum(RowId.ORDER.compare(RowId.of(a), RowId.of(b)))).isEqualTo(Integer.signum(expected));
        }
    }

    @Test
    void refusesWhatIsNoId() {
        assertThatThrownBy(() -> RowId.of(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RowId.of("")).isInstanceOf(IllegalArgumentException.class).hasMessage("string IDs cannot be empty");
        for (String half : new String[] {"\uD83D", "\uDE00", "a\uD83Db", "\uDE00\uD83D"}) {
            assertThatThrownBy(() -> RowId.of(half)).isInstanceOf(IllegalArgumentException.class).hasMessage("string IDs must be valid Unicode");
        }
    }

    @Test
    void aTextCanBeTooLongForARow() {
        assertThat(RowId.of(Long.MAX_VALUE).fitsRow()).isTrue();
        assertThat(Stream.of(10, 20_000, RowId.TEXT_BYTES_MAX).map(length -> RowId.of("x".repeat(length)).fitsRow())).containsOnly(true);
        assertThat(RowId.of("x".repeat(RowId.TEXT_BYTES_MAX + 1)).fitsRow()).isFalse();
        assertThat(RowId.of("\u00e9".repeat(RowId.TEXT_BYTES_MAX / 2 + 1)).fitsRow()).isFalse();
    }

    @Test
    void fiveAndItsTextAreDifferent() {
        assertThat(RowId.of(5)).isNotEqualTo(RowId.of("5"));
        assertThat(RowId.of(5)).hasToString("5");
        assertThat(RowId.of("5")).hasToString("5");
    }

    private static String text(Random random) {
        int[] alphabet = {'a', 'b', 'é', 0xFF5E, 0x1F600, 0x10FFFF};
        var out = new StringBuilder();
        for (int i = random.nextInt(4); i >= 0; i--) out.appendCodePoint(alphabet[random.nextInt(alphabet.length)]);
        return out.toString();
    }
}
