package io.lynse.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.field.FieldBlock;
import io.lynse.model.field.Fields;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdempotencyKeyTest {

    private static final CollectionId ONE = new CollectionId(1);

    @ParameterizedTest
    @ValueSource(strings = {"k", "8e03978e-40d5-43dd-bc93-6894a57f9324", "\"quoted as the standard has it\"", "a/b c~!"})
    void takesPrintableText(String text) {
        assertThat(new IdempotencyKey(text).text()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "tab\there", "é", "line\n", "nul\0"})
    void refusesOtherCharactersAndNothing(String text) {
        assertRefused(text);
    }

    @Test
    void hasALength() {
        assertThat(new IdempotencyKey("k".repeat(255)).text()).hasSize(255);
        assertRefused("k".repeat(256));
    }

    private static void assertRefused(String text) {
        assertThatThrownBy(() -> new IdempotencyKey(text)).isInstanceOfSatisfying(LynseException.class, refused ->
                assertThat(refused.error()).isInstanceOfSatisfying(LynseError.InvalidArgument.class, error -> {
                    assertThat(error.field()).isEqualTo("Idempotency-Key");
                    assertThat(error.reason()).startsWith("Idempotency-Key: ");
                }));
    }

    @Test
    void collectionsAndPartsHaveWriteIdsOfTheirOwn() {
        byte[] id = new IdempotencyKey("k").writeId(ONE, "p");
        assertThat(id).hasSize(16).isEqualTo(new IdempotencyKey("k").writeId(ONE, "p"));
        assertThat(id).isNotEqualTo(new IdempotencyKey("k").writeId(new CollectionId(2), "p"));
        assertThat(id).isNotEqualTo(new IdempotencyKey("k").writeId(ONE, "q"));
        assertThat(id).isNotEqualTo(new IdempotencyKey("l").writeId(ONE, "p"));
        assertThat(new IdempotencyKey("kp").writeId(ONE, "")).isNotEqualTo(id); // where the key ends is told
    }

    @Test
    void everyPartOfARequestIsInItsDigest() {
        var digests = new HashSet<Long>();
        Vectors two = Vectors.of(new float[] {1, 2}, new float[] {3, 4});
        FieldBlock fields = FieldBlock.of(List.of(Fields.of(Map.of("n", 1)), Fields.EMPTY));
        for (RowBatch batch : List.of(
                new RowBatch(WriteKind.ADD, two, Ids.of(1, 2), FieldBlock.NONE),
                new RowBatch(WriteKind.UPSERT, two, Ids.of(1, 2), FieldBlock.NONE),
                new RowBatch(WriteKind.ADD, two, Ids.of(2, 1), FieldBlock.NONE),
                new RowBatch(WriteKind.ADD, two, Ids.of(List.of(RowId.of(1), RowId.of("2"))), FieldBlock.NONE),
                new RowBatch(WriteKind.ADD, two, Ids.of(List.of(RowId.of("1"), RowId.of("2"))), FieldBlock.NONE),
                new RowBatch(WriteKind.ADD, two, null, FieldBlock.NONE),
                new RowBatch(WriteKind.ADD, two, Ids.of(1, 2), fields),
                new RowBatch(WriteKind.ADD, Vectors.of(new float[] {1, 2}, new float[] {3, 5}), Ids.of(1, 2), FieldBlock.NONE),
                new RowBatch(WriteKind.ADD, new Vectors(1, 4, two.encoding(), two.data()), Ids.of(1), FieldBlock.NONE),
                new RowBatch(WriteKind.ADD, new Vectors(2, 4, ElementType.FLOAT16, two.data()), Ids.of(1, 2), FieldBlock.NONE))) {
            assertThat(digests.add(RequestDigest.of(batch))).as("%s", batch).isTrue();
        }
        assertThat(digests.add(RequestDigest.of(Ids.of(1, 2), true))).isTrue();
        assertThat(digests.add(RequestDigest.of(Ids.of(1, 2), false))).isTrue();
        assertThat(digests.add(RequestDigest.ofPart(1, new int[] {0, 1}))).isTrue();
        assertThat(digests.add(RequestDigest.ofPart(1, new int[] {0}))).isTrue();
        assertThat(digests.add(RequestDigest.ofPart(2, new int[] {0}))).isTrue();
        assertThat(digests).doesNotContain(0L);
    }

    @Test
    void theFormOfTheIdsIsNotPartOfTheRequestAndNothingIsReadAway() {
        Vectors vectors = Vectors.of(new float[] {1}, new float[] {2});
        var range = new RowBatch(WriteKind.ADD, vectors, Ids.range(5, 2), FieldBlock.NONE);
        var list = new RowBatch(WriteKind.ADD, vectors, Ids.of(5, 6), FieldBlock.NONE);
        var mixed = new RowBatch(WriteKind.ADD, vectors, Ids.of(List.of(RowId.of(5), RowId.of(6))), FieldBlock.NONE);
        assertThat(RequestDigest.of(range)).isEqualTo(RequestDigest.of(list)).isEqualTo(RequestDigest.of(mixed));
        assertThat(vectors.data().remaining()).isEqualTo(8);
    }
}
