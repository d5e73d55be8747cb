package io.lynse.model.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynse.model.ByteRuns;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FieldBlockTest {

    private static final Fields A = Fields.of(Map.of("a", 1));
    private static final Fields B = Fields.of(Map.of("b", List.of("x", true)));
    private static final List<@Nullable Fields> ROWS = Arrays.asList(A, null, Fields.EMPTY, B);

    @Test
    void absentAndEmptyAreDifferent() {
        FieldBlock block = FieldBlock.of(ROWS);
        assertThat(block.get(0)).isEqualTo(A);
        assertThat(block.get(1)).isNull();
        assertThat(block.get(2)).isEqualTo(Fields.EMPTY);
        assertThat(block.get(3)).isEqualTo(B);
        assertThat(block.toList(4)).containsExactly(A, Fields.EMPTY, Fields.EMPTY, B);
        assertThat(FieldBlock.checked(block.bytes(), 4)).isEqualTo(block);
    }

    @Test
    void picksRowsInAnyOrder() {
        ByteRuns picked = FieldBlock.of(ROWS).bytes(new int[] {3, 1, 0, 0});
        ByteBuffer written = ByteBuffer.allocate(picked.size());
        picked.writeTo(written);
        assertThat(FieldBlock.checked(written.flip(), 4)).isEqualTo(FieldBlock.of(Arrays.asList(B, null, A, A)));
        assertThat(FieldBlock.NONE.bytes(new int[] {0, 5}).size()).isZero();
    }

    @Test
    void noneHasNoFieldsInAnyRow() {
        assertThat(FieldBlock.checked(ByteBuffer.allocate(0), 7)).isEqualTo(FieldBlock.NONE);
        assertThat(FieldBlock.NONE.isNone()).isTrue();
        assertThat(FieldBlock.NONE.get(3)).isNull();
        assertThat(FieldBlock.NONE.toList(2)).containsExactly(Fields.EMPTY, Fields.EMPTY);
        assertThat(FieldBlock.of(ROWS).isNone()).isFalse();
    }

    @Test
    void readsFromTheMiddleOfABuffer() {
        ByteBuffer records = FieldBlock.of(ROWS).bytes();
        ByteBuffer around = ByteBuffer.allocateDirect(records.remaining() + 20).position(10).put(records).flip().position(10);
        assertThat(FieldBlock.checked(around, 4).get(3)).isEqualTo(B);
        assertThat(around.position()).isEqualTo(10);
    }

    @Test
    void theBytesAreExactlyOneRecordPerRow() {
        ByteBuffer records = FieldBlock.of(ROWS).bytes();
        for (int rows : new int[] {0, 3, 5, 1_000}) {
            assertThatThrownBy(() -> FieldBlock.checked(records, rows)).isInstanceOf(FieldFormatException.class);
        }
        assertThatThrownBy(() -> FieldBlock.checked(ByteBuffer.wrap(new byte[] {2}), 1))
                .isInstanceOf(FieldFormatException.class)
                .hasMessage("a presence byte must be 0 or 1");
    }

    /** The row count comes from outside, too: it must not be believed before there are bytes for it. */
    @Test
    void aRowCountThatLiesAllocatesNothing() {
        ByteBuffer records = FieldBlock.of(ROWS).bytes();
        assertThatThrownBy(() -> FieldBlock.checked(records, Integer.MAX_VALUE)).isInstanceOf(FieldFormatException.class);
        assertThatThrownBy(() -> FieldBlock.checked(records, -1)).isInstanceOf(FieldFormatException.class);
    }
}
