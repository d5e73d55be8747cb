package io.lynse.coordinator.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.metadata.BucketHash;
import io.lynse.metadata.BucketTable;
import io.lynse.metadata.CollectionImage;
import io.lynse.model.CollectionId;
import io.lynse.model.CollectionName;
import io.lynse.model.ElementType;
import io.lynse.model.Ids;
import io.lynse.model.RowId;
import io.lynse.model.ShardGroupId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowPartitionTest {

    private static final List<ShardGroupId> GROUPS = List.of(new ShardGroupId("sg0"), new ShardGroupId("sg1"), new ShardGroupId("sg2"));
    private static final CollectionImage COLLECTION = new CollectionImage(
            new CollectionId(1), new CollectionName("test_db", "test_col"), 4, ElementType.FLOAT32, null, null, "{}", BucketTable.striped(GROUPS, 4096), 0);

    @ParameterizedTest(name = "lynse.seed={0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void everyRowIsInThePartOfItsBucketsGroup(long seed) {
        var random = new Random(seed);
        var ids = new ArrayList<RowId>();
        for (int row = 0; row < 200; row++) ids.add(random.nextBoolean() ? RowId.of(row) : RowId.of("t" + row));
        List<RowPartition.Part> parts = RowPartition.of(COLLECTION, Ids.of(ids));
        var hash = new BucketHash(COLLECTION.name(), 4096);
        int[] seen = parts.stream().flatMapToInt(part -> Arrays.stream(part.rows())).sorted().toArray();
        assertThat(seen).isEqualTo(IntStream.range(0, 200).toArray());
        for (RowPartition.Part part : parts) {
            assertThat(part.rows()).isSorted().isNotEmpty();
            for (int row : part.rows()) assertThat(COLLECTION.table().groupOf(hash.bucketOf(ids.get(row)))).isEqualTo(part.group());
        }
    }

    @Test
    void groupsWithoutARowAreLeftOut() {
        // Wire contract 9.1: int 42 of test_db/test_col is in bucket 834, and 834 mod 3 = 0.
        List<RowPartition.Part> parts = RowPartition.of(COLLECTION, Ids.of(42));
        assertThat(parts).extracting(RowPartition.Part::group).containsExactly(GROUPS.getFirst());
        assertThat(RowPartition.of(COLLECTION, Ids.NONE)).isEmpty();
    }
}
