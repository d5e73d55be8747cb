package io.lynse.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.model.CollectionId;
import io.lynse.model.CollectionInfo;
import io.lynse.model.CollectionName;
import io.lynse.model.ElementType;
import io.lynse.model.IndexMode;
import io.lynse.model.IndexParameter;
import io.lynse.model.IndexParameters;
import io.lynse.model.Lsn;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CatalogImageTest {

    private static final CatalogImage EMPTY = CatalogImage.EMPTY.withDatabase("b").withDatabase("a");

    @Test
    void listsByName() {
        CatalogImage image = EMPTY.with(record(1, "b", "x")).with(record(2, "a", "z")).with(record(3, "a", "y"));
        assertThat(image.databases()).containsExactly("a", "b");
        assertThat(image.collections().stream().map(CollectionInfo::name).map(CollectionName::toString)).containsExactly("a/y", "a/z", "b/x");
        assertThat(image.collections("a").stream().map(CollectionInfo::id)).containsExactly(new CollectionId(3), new CollectionId(2));
        assertThat(image.collections("none")).isEmpty();
    }

    @Test
    void aChangeLeavesTheEarlierImageAlone() {
        CatalogImage before = EMPTY.with(record(1, "a", "x"));
        CatalogImage after = before.without(new CollectionId(1)).withoutDatabase("a");
        assertThat(before.find(new CollectionName("a", "x"))).isPresent();
        assertThat(before.hasDatabase("a")).isTrue();
        assertThat(after.find(new CollectionName("a", "x"))).isEmpty();
        assertThat(after.byId(new CollectionId(1))).isEqualTo(Optional.empty());
        assertThat(after.hasDatabase("a")).isFalse();
    }

    @Test
    void anIdIsNeverGivenTwice() {
        CatalogImage image = EMPTY.with(record(7, "a", "x")).without(new CollectionId(7));
        assertThat(image.nextId()).isEqualTo(8);
        assertThat(image.with(record(3, "a", "y")).nextId()).isEqualTo(8);
    }

    /** A replayed entry must meet the dimension as it was then, or it would be refused for another reason. */
    @Test
    void theDimensionIsUnknownToTheEntriesUpToTheOneThatFixedIt() {
        CollectionRecord fixed = record(1, "a", "x").withDimension(384, new Lsn(5));
        assertThat(fixed.dimensionAt(new Lsn(4))).isZero();
        assertThat(fixed.dimensionAt(new Lsn(5))).isZero();
        assertThat(fixed.dimensionAt(new Lsn(6))).isEqualTo(384);
    }

    @Test
    void changesKeepTheRest() {
        var parameters = new IndexParameters(Map.of(IndexParameter.M, 8));
        CollectionRecord changed = record(1, "a", "x").withDimension(3, new Lsn(5)).withDescription("words").withIndex(IndexMode.DEFAULT, parameters);
        assertThat(changed.info()).isEqualTo(new CollectionInfo(
                new CollectionId(1), new CollectionName("a", "x"), 3, ElementType.FLOAT32, "words", IndexMode.DEFAULT));
        assertThat(changed.indexParameters()).isEqualTo(parameters);
        assertThat(changed.created()).isEqualTo(new Lsn(1));
    }

    private static CollectionRecord record(long id, String database, String name) {
        var info = new CollectionInfo(new CollectionId(id), new CollectionName(database, name), 0, ElementType.FLOAT32, null, null);
        return new CollectionRecord(info, IndexParameters.NONE, new Lsn(1), Lsn.NONE);
    }
}
