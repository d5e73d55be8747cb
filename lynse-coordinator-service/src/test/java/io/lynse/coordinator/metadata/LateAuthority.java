package io.lynse.coordinator.metadata;

import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Command;
import io.lynse.model.Deadline;
import java.time.Duration;
import java.util.List;

/** Another authority, whose changes are seen here only after a while. What is proposed here is seen at once. */
public final class LateAuthority implements MetadataAuthority {

    private static final Duration LOOK = Duration.ofMillis(100);

    private final MetadataAuthority source;
    private final Duration lag;
    private final MemoryAuthority shown;
    private final Thread thread = Thread.ofVirtual().unstarted(this::follow);
    private volatile boolean closed;

    public LateAuthority(MetadataAuthority source, Duration lag) {
        this.source = source;
        this.lag = lag;
        shown = new MemoryAuthority(source.image());
        thread.start();
    }

    private void follow() {
        ClusterImage seen = shown.image();
        while (!closed) {
            ClusterImage before = shown.image();
            seen = source.otherThan(seen, Deadline.after(LOOK));
            try {
                Thread.sleep(lag);
            } catch (InterruptedException stopped) {
                return;
            }
            shown.replace(before, seen);
        }
    }

    @Override
    public ClusterImage image() {
        return shown.image();
    }

    @Override
    public ClusterImage newerThan(ClusterImage known, Deadline deadline) {
        return shown.newerThan(known, deadline);
    }

    @Override
    public ClusterImage otherThan(ClusterImage known, Deadline deadline) {
        return shown.otherThan(known, deadline);
    }

    @Override
    public ClusterImage confirmed(Deadline deadline) {
        return source.confirmed(deadline);
    }

    @Override
    public Accepted propose(Command command, Deadline deadline) {
        Accepted accepted = source.propose(command, deadline);
        shown.replace(shown.image(), accepted.image());
        return accepted;
    }

    @Override
    public List<String> owners() {
        return source.owners();
    }

    @Override
    public OwnersHealth ownersHealth() {
        return source.ownersHealth();
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
