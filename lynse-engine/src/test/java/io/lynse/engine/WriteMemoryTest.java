package io.lynse.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.engine.Remembered.Refused;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.CollectionId;
import io.lynse.model.Ids;
import io.lynse.model.Lsn;
import io.lynse.model.RowBatch;
import io.lynse.model.Vectors;
import io.lynse.model.WriteKind;
import io.lynse.model.field.FieldBlock;
import java.util.List;
import org.junit.jupiter.api.Test;

class WriteMemoryTest {

    private static final WriteId A = new WriteId(1, 1);
    private static final WriteId B = new WriteId(2, 2);

    private final WriteMemory memory = new WriteMemory(WriteMemory.Image.EMPTY, 10);

    @Test
    void remembersForACountOfLsns() {
        memory.remember(marked(A, 5));
        assertThat(memory.find(A, lsn(6))).isEqualTo(marked(A, 5));
        assertThat(memory.find(A, lsn(15))).isEqualTo(marked(A, 5));
        assertThat(memory.find(A, lsn(16))).isNull();
        assertThat(memory.find(B, lsn(6))).isNull();
    }

    @Test
    void holdsNoMoreThanThatCount() {
        for (int i = 1; i <= 1000; i++) memory.remember(marked(new WriteId(7, i), i));
        assertThat(memory.image().remembered()).hasSize(10);
        assertThat(memory.image().remembered().getFirst().lsn()).isEqualTo(lsn(991));
    }

    @Test
    void aForgottenIdMayBeUsedAgainAndIsThenAsNewAsAnyOther() {
        memory.remember(marked(A, 1));
        memory.remember(marked(B, 8));
        memory.remember(marked(A, 12));
        memory.remember(marked(new WriteId(3, 3), 19));
        assertThat(memory.find(A, lsn(22))).isEqualTo(marked(A, 12));
        assertThat(memory.find(B, lsn(19))).isNull();
    }

    @Test
    void aRequestWithoutAnIdIsNeverARepeat() {
        memory.remember(marked(WriteId.NONE, 1));
        assertThat(memory.find(WriteId.NONE, lsn(2))).isNull();
        assertThat(memory.image().remembered()).isEmpty();
    }

    @Test
    void onlyWhatIsUnresolvedIsResolved() {
        Decoded rows = new Decoded(new Entry.MarkRows(new CollectionId(1), Ids.of(1), true), A, 0);
        memory.remember(Remembered.unresolved(lsn(3), rows));
        memory.resolve(marked(A, 2));
        assertThat(memory.find(A, lsn(4))).isEqualTo(Remembered.unresolved(lsn(3), rows));
        memory.resolve(marked(A, 3));
        assertThat(memory.find(A, lsn(4))).isEqualTo(marked(A, 3));
        memory.resolve(new Remembered(A, lsn(3), 0, new Remembered.RowsCompacted(9)));
        assertThat(memory.find(A, lsn(4))).isEqualTo(marked(A, 3));
    }

    @Test
    void repeatsAreKnownUntilNothingIsReplayedThatFar() {
        memory.repeated(lsn(4));
        memory.repeated(lsn(9));
        assertThat(memory.isRepeat(lsn(4))).isTrue();
        memory.forgetRepeats(lsn(4));
        assertThat(memory.isRepeat(lsn(4))).isFalse();
        assertThat(memory.image().repeats()).containsExactly(lsn(9));
    }

    @Test
    void anImageIsAllThereIs() {
        memory.remember(marked(A, 1));
        memory.remember(marked(B, 2));
        memory.repeated(lsn(3));
        var again = new WriteMemory(memory.image(), 10);
        assertThat(again.image()).isEqualTo(memory.image());
    }

    @Test
    void aResultIsSmallWhateverTheRequestWas() {
        var ids = Ids.of(4, 5);
        Decoded named = new Decoded(rows(ids), A, 0);
        Remembered written = Remembered.of(lsn(1), named, new Applied.RowsWritten(ids));
        assertThat(written.outcome()).isEqualTo(new Remembered.RowsWritten());
        assertThat(written.answer(named, CatalogImage.EMPTY)).isEqualTo(new Applied(lsn(1), new Applied.RowsWritten(ids)));

        Decoded unnamed = new Decoded(rows(null), A, 0);
        Remembered generated = Remembered.of(lsn(1), unnamed, new Applied.RowsWritten(Ids.range(7, 2)));
        assertThat(generated.answer(unnamed, CatalogImage.EMPTY).result()).isEqualTo(new Applied.RowsWritten(Ids.range(7, 2)));

        var refused = new Applied.Refused(LynseError.invalid("ids", "x".repeat(100_000)));
        assertThat(Remembered.of(lsn(1), named, refused).outcome()).isInstanceOfSatisfying(
                Refused.class, told -> assertThat(told.error().message()).hasSize(Remembered.REFUSAL_CHARACTERS_MAX).startsWith("xx").endsWith("x…"));
    }

    @Test
    void aKeyUsedForAnotherRequestIsRefused() {
        Decoded first = new Decoded(rows(Ids.of(1, 2)), A, 77);
        Remembered written = Remembered.of(lsn(1), first, new Applied.RowsWritten(Ids.of(1, 2)));
        assertThat(written.answer(first, CatalogImage.EMPTY).result()).isInstanceOf(Applied.RowsWritten.class);
        Applied other = written.answer(new Decoded(first.entry(), A, 78), CatalogImage.EMPTY);
        assertThat(other.result()).isInstanceOfSatisfying(
                Applied.Refused.class, told -> assertThat(told.error().message()).contains("used for another request"));
    }

    @Test
    void everyOutcomeComesBackFromTheCatalogFile() throws LynseException {
        List<Remembered.Outcome> all = List.of(
                new Remembered.RowsWritten(), new Remembered.RowsGenerated(new Ids.Range(3, 4)), new Remembered.RowsMarked(),
                new Remembered.RowsCompacted(0), new Remembered.DatabaseChanged(), new Remembered.CollectionChanged(new CollectionId(5)),
                new Refused(LynseError.invalid("ids", "no")), new Remembered.Unresolved());
        for (Remembered.Outcome outcome : all) {
            var remembered = new Remembered(A, lsn(8), 9, outcome);
            assertThat(RememberedWire.remembered(RememberedWire.message(remembered))).isEqualTo(remembered);
        }
    }

    private static Entry rows(@org.jspecify.annotations.Nullable Ids ids) {
        return new Entry.WriteRows(
                new CollectionId(1), new RowBatch(WriteKind.ADD, Vectors.of(new float[] {1}, new float[] {2}), ids, FieldBlock.NONE), 1);
    }

    private static Remembered marked(WriteId id, long lsn) {
        return new Remembered(id, lsn(lsn), 0, new Remembered.RowsMarked());
    }

    private static Lsn lsn(long value) {
        return new Lsn(value);
    }
}
