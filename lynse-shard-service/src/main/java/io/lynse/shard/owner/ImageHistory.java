package io.lynse.shard.owner;

import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.MetadataRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The image that this owner has built, and the last changes that led to it, for those who follow. Written by the one thread that applies
 * Raft's entries, read by many.
 */
public final class ImageHistory {

    /** @param image null: the group has not been given one yet */
    public record Held(long position, @Nullable ClusterImage image) {}

    /** What came after a position. */
    public sealed interface News {
        long position();

        /** @param records of all entries after the position that was asked for, in order; none: nothing new came in time */
        record Changes(long position, List<MetadataRecord> records) implements News {
            public Changes {
                records = List.copyOf(records);
            }
        }

        /** The changes are not at hand any more, or the follower has none of it yet. */
        record Whole(long position, ClusterImage image) implements News {}
    }

    private record Change(long position, List<MetadataRecord> records) {}

    private final int depth;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition advanced = lock.newCondition();
    private final ArrayDeque<Change> changes = new ArrayDeque<>();
    private volatile Held held = new Held(0, null);
    private long forgottenUpTo; // changes after this position are all in the deque

    /** @param depth how many changes are kept */
    ImageHistory(int depth) {
        this.depth = depth;
    }

    public Held held() {
        return held;
    }

    /** After an entry of Raft's log. An entry that changed nothing moves the position too. */
    void advance(long position, @Nullable ClusterImage image, List<MetadataRecord> records) {
        lock.lock();
        try {
            if (held.image() == null) {
                forgottenUpTo = position; // whoever followed from before has no image that changes could be applied to
            } else if (!records.isEmpty()) {
                changes.addLast(new Change(position, records));
                if (changes.size() > depth) forgottenUpTo = changes.removeFirst().position();
            }
            held = new Held(position, image);
            advanced.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** After a snapshot: how it came about is not known. */
    void replace(long position, @Nullable ClusterImage image) {
        lock.lock();
        try {
            changes.clear();
            forgottenUpTo = position;
            held = new Held(position, image);
            advanced.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for what comes after a position, which may be of another owner that is further on. An entry that changed nothing is news, too:
     * whoever proposed it waits until the image is built up to there.
     * @return no changes when none came within that time
     */
    public News after(long position, long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos;
            while (!isNews(position)) {
                if (left <= 0) return new News.Changes(position, List.of());
                left = advanced.awaitNanos(left);
            }
            ClusterImage image = held.image();
            if (image != null && position < forgottenUpTo) return new News.Whole(held.position(), image);
            var records = new ArrayList<MetadataRecord>();
            for (Change change : changes) {
                if (change.position() > position) records.addAll(change.records());
            }
            return new News.Changes(held.position(), records);
        } finally {
            lock.unlock();
        }
    }

    private boolean isNews(long position) {
        return held.image() != null && position < held.position();
    }
}
