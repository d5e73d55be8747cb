package io.lynse.coordinator.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.coordinator.metadata.MemoryAuthority;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.Durability;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.CollectionId;
import io.lynse.model.CollectionName;
import io.lynse.model.CollectionSpec;
import io.lynse.model.Deadline;
import io.lynse.model.ElementType;
import io.lynse.model.Epoch;
import io.lynse.model.Ids;
import io.lynse.model.ShardGroupId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IdBlocksTest {

    private static final CollectionId DOCS = new CollectionId(1);
    private static final Deadline SOON = Deadline.after(Duration.ofMinutes(1));

    private MemoryAuthority authority = new MemoryAuthority(ClusterImage.initial("c", 4, Durability.DEFAULT, List.of(
            new ShardGroupImage(new ShardGroupId("sg0"), new MemberImage("http://a:1", null), new Epoch(1), 1, List.of()))));
    private IdBlocks blocks = new IdBlocks(authority);
    private int asked;

    @BeforeEach
    void declare() {
        authority.propose(new Command.CreateDatabase("db"), SOON);
        authority.propose(new Command.DeclareCollection(new CollectionName("db", "docs"), new CollectionSpec(0, ElementType.FLOAT32, null), null), SOON);
    }

    @Test
    void idsOfAFreshCollectionCountFromZeroWithoutGaps() {
        assertThat(take(3)).isEqualTo(new Ids.Range(0, 3));
        assertThat(take(2)).isEqualTo(new Ids.Range(3, 2));
        assertThat(take(1)).isEqualTo(new Ids.Range(5, 1));
        assertThat(take(1000)).isEqualTo(new Ids.Range(6, 1000));
        assertThat(take(1)).isEqualTo(new Ids.Range(1006, 1));
        assertThat(asked).isEqualTo(1);
    }

    @Test
    void theFirstBlockStartsAboveWhatIsStored() {
        assertThat(take(2, 7)).isEqualTo(new Ids.Range(7, 2));
    }

    @Test
    void manySmallRequestsNeedFewBlocks() {
        long expected = 0;
        for (int i = 0; i < 10_000; i++) assertThat(take(1).start()).isEqualTo(expected++);
        assertThat(allocations()).hasSizeLessThan(20);
    }

    @Test
    void aBulkLoadTakesBoundedBlocks() {
        for (int i = 0; i < 60; i++) take(1000);
        assertThat(allocations()).hasSizeLessThan(15).allMatch(block -> block.count() <= 8192);
    }

    @Test
    void afterACollisionTheGroupsAreAskedAgain() {
        take(2, 0);
        blocks.forget(DOCS);
        assertThat(take(2, 50)).isEqualTo(new Ids.Range(50, 2));
        assertThat(asked).isEqualTo(2);
    }

    @Test
    void aBlockThatAnotherCoordinatorCutShortIsLeftBehind() {
        take(2);
        authority.propose(new Command.AllocateIds(DOCS, 10, 0), SOON);
        assertThat(take(3)).isEqualTo(new Ids.Range(12, 3));
    }

    private Ids.Range take(int count) {
        return take(count, 0);
    }

    private Ids.Range take(int count, long floor) {
        return blocks.take(DOCS, count, () -> {
            asked++;
            return floor;
        }, SOON);
    }

    private List<Command.AllocateIds> allocations() {
        return authority.commands().stream().filter(Command.AllocateIds.class::isInstance).map(Command.AllocateIds.class::cast).toList();
    }
}
