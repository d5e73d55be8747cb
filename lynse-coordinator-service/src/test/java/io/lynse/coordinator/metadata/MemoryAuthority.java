package io.lynse.coordinator.metadata;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.Decision;
import io.lynse.metadata.MetadataRecord;
import io.lynse.model.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A {@link MetadataAuthority} that keeps its image in memory, and every command it was given. */
public final class MemoryAuthority implements MetadataAuthority {

    private final List<Command> commands = new ArrayList<>();
    private ClusterImage image;
    private boolean silent;
    private boolean confirms = true;

    public MemoryAuthority(ClusterImage image) {
        this.image = image;
    }

    @Override
    public synchronized ClusterImage image() {
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

    private synchronized ClusterImage await(Predicate<ClusterImage> wanted, Deadline deadline) {
        while (!wanted.test(image) && !deadline.passed()) {
            try {
                TimeUnit.NANOSECONDS.timedWait(this, deadline.remainingNanos());
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return image;
            }
        }
        return image;
    }

    @Override
    public synchronized ClusterImage confirmed(Deadline deadline) {
        if (!confirms) throw silenced();
        return image;
    }

    @Override
    public synchronized Accepted propose(Command command, Deadline deadline) {
        if (silent) throw silenced();
        commands.add(command);
        return switch (Decision.decide(image, command)) {
            case Decision.Refused(var error) -> throw new LynseException(error);
            case Decision.Accepted(var records) -> {
                for (MetadataRecord record : records) image = image.apply(record);
                notifyAll();
                yield new Accepted(records, image);
            }
        };
    }

    private static LynseException silenced() {
        return new LynseException(new LynseError.Unavailable("silenced by the test", Duration.ofSeconds(1)));
    }

    /** Unless it has another image by now than {@code before}. */
    @SuppressWarnings("ReferenceEquality") // each change makes another image
    synchronized void replace(ClusterImage before, ClusterImage next) {
        if (image != before) return;
        image = next;
        notifyAll();
    }

    /** Decides on, but cannot be read any more. */
    public synchronized void confirmNothing() {
        confirms = false;
    }

    /** Whether nothing is decided from now on. */
    public synchronized void silence(boolean on) {
        silent = on;
    }

    public synchronized List<Command> commands() {
        return List.copyOf(commands);
    }

    @Override
    public List<String> owners() {
        return List.of();
    }

    @Override
    public OwnersHealth ownersHealth() {
        return new OwnersHealth(List.of(), null);
    }

    @Override
    public void close() {}
}
