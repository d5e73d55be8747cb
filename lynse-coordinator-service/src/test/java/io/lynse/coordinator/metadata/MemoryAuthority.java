package io.lynse.coordinator.metadata;

import io.lynse.error.LynseException;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.Decision;
import io.lynse.metadata.MetadataRecord;
import io.lynse.model.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A {@link MetadataAuthority} that keeps its image in memory, and every command it was given. */
public final class MemoryAuthority implements MetadataAuthority {

    private final List<Command> commands = new ArrayList<>();
    private ClusterImage image;

    public MemoryAuthority(ClusterImage image) {
        this.image = image;
    }

    @Override
    public synchronized ClusterImage image() {
        return image;
    }

    @Override
    public synchronized ClusterImage newerThan(ClusterImage known, Deadline deadline) {
        while (image.metaEpoch() <= known.metaEpoch() && !deadline.passed()) {
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
    public ClusterImage confirmed(Deadline deadline) {
        return image();
    }

    @Override
    public synchronized Accepted propose(Command command, Deadline deadline) {
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

    public synchronized List<Command> commands() {
        return List.copyOf(commands);
    }

    @Override
    public Map<String, Object> status() {
        return Map.of("mode", "memory");
    }

    @Override
    public void close() {}
}
