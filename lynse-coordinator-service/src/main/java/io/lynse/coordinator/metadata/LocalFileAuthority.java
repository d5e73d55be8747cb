package io.lynse.coordinator.metadata;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.Decision;
import io.lynse.metadata.MetadataRecord;
import io.lynse.model.Deadline;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Metadata in this coordinator's local file: one coordinator, one truth, no quorum. A change is decided, written and fsynced under
 * one lock, and only then seen.
 */
public final class LocalFileAuthority implements MetadataAuthority {

    private static final Logger log = LoggerFactory.getLogger(LocalFileAuthority.class);

    private final StateFile file;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile ClusterImage image;

    private LocalFileAuthority(StateFile file, ClusterImage image) {
        this.file = file;
        this.image = image;
    }

    /** Goes on from the file, or writes {@code first} where there is none. Takes the file over and closes it with itself. */
    public static LocalFileAuthority open(StateFile file, Supplier<ClusterImage> first) {
        var found = file.read();
        ClusterImage image = found.orElseGet(first);
        if (found.isEmpty()) file.write(image);
        log.atInfo()
                .addKeyValue("cluster", image.clusterId())
                .addKeyValue("meta_epoch", image.metaEpoch())
                .addKeyValue("path", file.path())
                .log(found.isEmpty() ? "cluster formed" : "cluster metadata loaded");
        return new LocalFileAuthority(file, image);
    }

    @Override
    public ClusterImage image() {
        return image;
    }

    @Override
    public ClusterImage newerThan(ClusterImage known, Deadline deadline) {
        return await(now -> now.metaEpoch() > known.metaEpoch(), deadline);
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // each change makes another image
    public ClusterImage otherThan(ClusterImage known, Deadline deadline) {
        return await(now -> now != known, deadline);
    }

    private ClusterImage await(Predicate<ClusterImage> wanted, Deadline deadline) {
        lock.lock();
        try {
            while (!wanted.test(image)) {
                if (changed.awaitNanos(deadline.remainingNanos()) <= 0) break;
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        return image;
    }

    @Override
    public ClusterImage confirmed(Deadline deadline) {
        return image;
    }

    @Override
    public Accepted propose(Command command, Deadline deadline) {
        lock.lock();
        try {
            return switch (Decision.decide(image, command)) {
                case Decision.Refused(LynseError error) -> throw new LynseException(error);
                case Decision.Accepted(List<MetadataRecord> records) -> commit(records);
            };
        } finally {
            lock.unlock();
        }
    }

    private Accepted commit(List<MetadataRecord> records) {
        ClusterImage next = image;
        for (MetadataRecord record : records) next = next.apply(record);
        if (!records.isEmpty()) {
            try {
                // Who leads means nothing to the next process.
                if (records.stream().anyMatch(MetadataRecord::raisesMetaEpoch)) file.write(next);
            } catch (UncheckedIOException failed) {
                // The rename may or may not have happened: whoever starts next reads what is there.
                log.atError().addKeyValue("path", file.path()).setCause(failed).log("cluster metadata cannot be written");
                throw new LynseException(new LynseError.OutcomeUnknown(String.valueOf(failed.getMessage())), failed);
            }
            image = next;
            changed.signalAll();
        }
        return new Accepted(records, next);
    }

    @Override
    public Map<String, Object> status() {
        return Map.of("mode", "local", "cache_path", file.path().toString(), "replicated", false);
    }

    @Override
    public void close() {
        lock.lock();
        try {
            file.close();
        } finally {
            lock.unlock();
        }
    }
}
