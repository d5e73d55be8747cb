package io.lynse.coordinator.collection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lynse.coordinator.collection.CatalogDiff.Comparison;
import io.lynse.coordinator.shardclient.Holdings;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.CollectionImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.Decision;
import io.lynse.metadata.Durability;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.MetadataRecord;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.CollectionId;
import io.lynse.model.CollectionInfo;
import io.lynse.model.CollectionName;
import io.lynse.model.CollectionSpec;
import io.lynse.model.ElementType;
import io.lynse.model.Epoch;
import io.lynse.model.IndexMode;
import io.lynse.model.IndexParameters;
import io.lynse.model.ShardGroupId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

class CatalogDiffTest {

    static final ShardGroupId SG0 = new ShardGroupId("sg0");
    static final CollectionName DOCS = new CollectionName("db", "docs");
    static final CollectionName MORE = new CollectionName("db", "more");

    // Declared: database db with docs (id 1, FLAT-IP, described) and more (id 2, no index). Ids 3 to 9 were given away and dropped.
    static final ClusterImage IMAGE = declared();

    static final List<Arguments> TABLE = List.of(
            arguments("all is there", holds(List.of("db"), docs("FLAT-IP", "texts"), more()), List.of()),
            arguments("a fresh node", holds(List.of()), List.of(new CatalogRepair.CreateDatabase("db"), create(DOCS), create(MORE))),
            arguments("it was away when one was created", holds(List.of("db"), more()), List.of(create(DOCS))),
            arguments("it was away when one was dropped", holds(List.of("db"), docs("FLAT-IP", "texts"), more(), info(7, "old", null, null)),
                    List.of(new CatalogRepair.Drop(new CollectionId(7)))),
            arguments("a name that came back is another collection", holds(List.of("db"), info(9, "docs", "FLAT-IP", "texts"), more()),
                    List.of(new CatalogRepair.Drop(new CollectionId(9)), create(DOCS))),
            arguments("it was away when a database was dropped", holds(List.of("db", "gone"), docs("FLAT-IP", "texts"), more()), List.of(new CatalogRepair.DropDatabase("gone", 10))),
            arguments("it was away when an index was set", holds(List.of("db"), docs("HNSW-L2", "texts"), more()), List.of(new CatalogRepair.SetIndex(image(DOCS)))),
            arguments("it was away when an index was removed", holds(List.of("db"), docs("FLAT-IP", "texts"), info(2, "more", "HNSW-L2", null)),
                    List.of(new CatalogRepair.SetIndex(image(MORE)))),
            arguments("it was away when one was described", holds(List.of("db"), docs("FLAT-IP", "old texts"), more()),
                    List.of(new CatalogRepair.SetDescription(image(DOCS), "texts"))));

    @ParameterizedTest(name = "{0}")
    @FieldSource("TABLE")
    void finds(String when, Holdings there, List<CatalogRepair> repairs) {
        assertThat(CatalogDiff.between(IMAGE, SG0, there)).isEqualTo(new Comparison.Differs(repairs));
    }

    @Test
    void comparesTheParametersOfAnIndexToo() {
        var hnsw = IndexMode.parse("HNSW-L2").orElseThrow();
        ClusterImage image = after(IMAGE, new Command.SetIndex(new CollectionId(1), hnsw, "{\"m\":32,\"ef_search\":50}"));
        CatalogRepair repair = new CatalogRepair.SetIndex(Objects.requireNonNull(image.collection(DOCS)));
        List<CollectionInfo> there = List.of(docs("HNSW-L2", "texts"), more());

        var same = Map.of(new CollectionId(1), IndexParameters.of(hnsw, Map.of("ef_search", 50, "m", 32)));
        assertThat(CatalogDiff.between(image, SG0, new Holdings(List.of("db"), there, same))).isEqualTo(new Comparison.Differs(List.of()));
        var other = Map.of(new CollectionId(1), IndexParameters.of(hnsw, Map.of("ef_search", 50, "m", 16)));
        assertThat(CatalogDiff.between(image, SG0, new Holdings(List.of("db"), there, other))).isEqualTo(new Comparison.Differs(List.of(repair)));
        var none = Map.of(new CollectionId(1), IndexParameters.NONE);
        assertThat(CatalogDiff.between(image, SG0, new Holdings(List.of("db"), there, none))).isEqualTo(new Comparison.Differs(List.of(repair)));
        // A node that does not tell them would be repaired for ever.
        assertThat(CatalogDiff.between(image, SG0, new Holdings(List.of("db"), there, Map.of()))).isEqualTo(new Comparison.Differs(List.of()));
    }

    /** A restored state file: to take what it does not know for dropped would delete acknowledged rows. */
    @Test
    void changesNothingWhereTheMetadataIsOlder() {
        Holdings there = holds(List.of("db", "later"), info(12, "newest", null, null), docs("FLAT-IP", "texts"), info(7, "old", null, null), info(10, "newer", null, null));

        assertThat(CatalogDiff.between(IMAGE, SG0, there))
                .isEqualTo(new Comparison.MetadataIsOlder(List.of(new CollectionId(10), new CollectionId(12))));
    }

    private static Holdings holds(List<String> databases, CollectionInfo... collections) {
        return new Holdings(databases, List.of(collections), Map.of());
    }

    private static CollectionInfo docs(String mode, String description) {
        return info(1, "docs", mode, description);
    }

    private static CollectionInfo more() {
        return info(2, "more", null, null);
    }

    private static CollectionInfo info(long id, String name, @Nullable String mode, @Nullable String description) {
        return new CollectionInfo(
                new CollectionId(id), new CollectionName("db", name), 4, ElementType.FLOAT32, description,
                mode == null ? null : IndexMode.parse(mode).orElseThrow());
    }

    private static CatalogRepair create(CollectionName name) {
        return new CatalogRepair.Create(image(name));
    }

    private static CollectionImage image(CollectionName name) {
        return Objects.requireNonNull(IMAGE.collection(name));
    }

    private static ClusterImage declared() {
        ClusterImage image = ClusterImage.initial("c", 4, Durability.DEFAULT, List.of(
                new ShardGroupImage(SG0, new MemberImage("http://a:1", null), new Epoch(1), 1, List.of())));
        for (Command command : List.of(
                new Command.CreateDatabase("db"),
                new Command.DeclareCollection(DOCS, new CollectionSpec(4, ElementType.FLOAT32, "texts"), IndexMode.DEFAULT),
                new Command.DeclareCollection(MORE, new CollectionSpec(4, ElementType.FLOAT32, null), null))) {
            image = after(image, command);
        }
        var gone = new CollectionName("db", "gone");
        while (image.nextCollectionId() < 10) {
            image = after(image, new Command.DeclareCollection(gone, new CollectionSpec(4, ElementType.FLOAT32, null), null));
            image = after(image, new Command.DropCollection(gone));
        }
        return image;
    }

    private static ClusterImage after(ClusterImage image, Command command) {
        for (MetadataRecord record : ((Decision.Accepted) Decision.decide(image, command)).records()) image = image.apply(record);
        return image;
    }
}
