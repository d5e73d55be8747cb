package io.lynse.coordinator.write;

import io.lynse.coordinator.metadata.MetadataAuthority;
import io.lynse.metadata.Command;
import io.lynse.metadata.MetadataRecord;
import io.lynse.model.CollectionId;
import io.lynse.model.Deadline;
import io.lynse.model.Ids;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Integer ids that nobody chose, an {@link IdBlock} per collection. What is left of a block when this process ends is lost.
 *
 * <p>Explicit writes tell the metadata nothing, so a block may run into an id that a client chose: the group then refuses the row,
 * and {@link #forget} makes the next block start above everything that is stored.
 */
final class IdBlocks {

    private final MetadataAuthority authority;
    private final Map<CollectionId, Blocks> collections = new ConcurrentHashMap<>();

    IdBlocks(MetadataAuthority authority) {
        this.authority = authority;
    }

    /** The lowest id that no stored row of a collection reaches; asked at first use and after a collision. */
    interface Floor {
        long ask();
    }

    /** @param count at least 1 */
    Ids.Range take(CollectionId collection, int count, Floor floor, Deadline deadline) {
        return collections.computeIfAbsent(collection, Blocks::new).take(count, floor, deadline);
    }

    void forget(CollectionId collection) {
        collections.remove(collection);
    }

    private final class Blocks {

        private final ReentrantLock lock = new ReentrantLock();
        private final CollectionId collection;
        private final IdBlock block = new IdBlock();

        Blocks(CollectionId collection) {
            this.collection = collection;
        }

        Ids.Range take(int count, Floor floor, Deadline deadline) {
            lock.lock();
            try {
                while (true) {
                    switch (block.take(count)) {
                        case IdBlock.Next.Taken(Ids.Range ids) -> {
                            return ids;
                        }
                        case IdBlock.Next.AskFloor() -> block.floor(floor.ask());
                        case IdBlock.Next.Ask(long missing, long atLeast) -> {
                            var accepted = authority.propose(new Command.AllocateIds(collection, missing, atLeast), deadline);
                            var granted = (MetadataRecord.IdsAllocated) accepted.records().getFirst();
                            block.granted(granted.first(), granted.count());
                        }
                    }
                }
            } finally {
                lock.unlock();
            }
        }
    }
}
