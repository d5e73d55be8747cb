package io.lynse.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynse.model.ShardGroupId;
import java.util.List;
import org.junit.jupiter.api.Test;

class BucketTableTest {

    private static final ShardGroupId A = new ShardGroupId("a");
    private static final ShardGroupId B = new ShardGroupId("b");
    private static final ShardGroupId C = new ShardGroupId("c");

    @Test
    void bucketsAreDealtOutInTurn() {
        assertThat(BucketTable.striped(List.of(A, B, C), 7).names()).containsExactly("a", "b", "c", "a", "b", "c", "a");
    }

    @Test
    void aTableReadBackIsTheSame() {
        var table = BucketTable.striped(List.of(A, B), 4096);
        var readBack = BucketTable.of(table.names().stream().map(ShardGroupId::new).toList());
        assertThat(readBack).isEqualTo(table).hasSameHashCodeAs(table);
    }

    @Test
    void anyTableIsKept() {
        var table = BucketTable.of(List.of(B, B, A, B));
        assertThat(table.groups()).containsExactly(B, A);
        assertThat(table.groupOf(2)).isEqualTo(A);
        assertThat(table.groups().get(table.groupNumberOf(3))).isEqualTo(B);
        assertThat(table.bucketCount()).isEqualTo(4);
    }

    @Test
    void fewerBucketsThanGroupsLeaveGroupsEmpty() {
        assertThat(BucketTable.striped(List.of(A, B, C), 2).names()).containsExactly("a", "b");
    }

    @Test
    void aTableWithoutBucketsIsRefused() {
        assertThatThrownBy(() -> BucketTable.striped(List.of(A), 0)).hasMessage("bucket_count must be at least 1: 0");
        assertThatThrownBy(() -> BucketTable.striped(List.of(), 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> BucketTable.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
