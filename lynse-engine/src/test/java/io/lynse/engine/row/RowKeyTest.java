package io.lynse.engine.row;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.model.RowId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.lucene.index.IndexWriter;
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
    void theLongestTextIsWhatLuceneCanIndex() {
        assertThat(RowKey.of(RowId.of("x".repeat(RowId.TEXT_BYTES_MAX))).length).isEqualTo(IndexWriter.MAX_TERM_LENGTH);
    }
}
