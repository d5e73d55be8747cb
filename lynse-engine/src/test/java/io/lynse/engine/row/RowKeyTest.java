package io.lynse.engine.row;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.model.RowId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.lucene.util.BytesRef;
import org.junit.jupiter.api.Test;

class RowKeyTest {

    private static final List<RowId> IDS = List.of(
            RowId.of(0), RowId.of(1), RowId.of(255), RowId.of(256), RowId.of(Long.MAX_VALUE), RowId.of("5"), RowId.of("55"), RowId.of("a"),
            RowId.of("ab"), RowId.of("\u00e9"), RowId.of("\uFFFD"), RowId.of("\uD83D\uDE00"));

    @Test
    void givesBackTheId() {
        for (RowId id : IDS) assertThat(RowKey.id(RowKey.of(id))).isEqualTo(id);
    }

    @Test
    void bytesHaveTheOrderOfIds() {
        var byId = new ArrayList<>(IDS);
        byId.sort(RowId.ORDER);
        List<RowId> byKey = IDS.stream().map(RowKey::of).sorted(Comparator.<BytesRef>naturalOrder()).map(RowKey::id).toList();
        assertThat(byKey).isEqualTo(byId);
    }

    @Test
    void refusesTextsThatLuceneCannotIndex() {
        assertThat(Stream.of(10, 20_000, RowKey.TEXT_BYTES_MAX).map(length -> RowKey.fits(RowId.of("x".repeat(length))))).containsOnly(true);
        assertThat(RowKey.fits(RowId.of("x".repeat(RowKey.TEXT_BYTES_MAX + 1)))).isFalse();
        assertThat(RowKey.fits(RowId.of("\u00e9".repeat(RowKey.TEXT_BYTES_MAX / 2 + 1)))).isFalse();
    }
}
