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
 * Integer ids that nobody chose. They come out of blocks that the metadata gives away for good: the first block is exactly as long
 * as asked, later ones double up to a bound, so that a small collection has ids without gaps and a bulk load few proposals.
 * What is left of a block when this process ends is lost.
 *
 * <p>Explicit writes tell the metadata nothing, so a block may run into an id that a client chose: the group then refuses the row,
 * and {@link #forget} makes the next block start above everything that is stored.
 */
final class IdBlocks {

    private static final long BLOCK_MAX = 8192;

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
        private long next;
        private long end;
        private long lastBlock;
        private long atLeast = -1;

        Blocks(CollectionId collection) {
            this.collection = collection;
        }

        Ids.Range take(int count, Floor floor, Deadline deadline) {
            lock.lock();
            try {
                if (atLeast < 0) atLeast = floor.ask();
                while (end - next < count) extend(count - (end - next), deadline);
                var taken = new Ids.Range(next, count);
                next += count;
                return taken;
            } finally {
                lock.unlock();
            }
        }

        private void extend(long missing, Deadline deadline) {
            long length = Math.max(missing, Math.min(2 * lastBlock, BLOCK_MAX));
            var accepted = authority.propose(new Command.AllocateIds(collection, length, atLeast), deadline);
            var block = (MetadataRecord.IdsAllocated) accepted.records().getFirst();
            if (block.first() != end) next = block.first(); // another coordinator came between: the rest of the old block is lost
            end = block.first() + block.count();
            lastBlock = block.count();
        }
    }
}
