package io.lynse.coordinator.lease;

import io.lynse.coordinator.metadata.MetadataAuthority;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.CoordinatorImage;
import io.lynse.metadata.LeaseEpoch;
import io.lynse.metadata.LeaseImage;
import io.lynse.model.Deadline;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this coordinator announced, and the lease where it should be: takes it when it is free, renews it, gives it back. One thread looks
 * at the metadata and asks one thing of it at a time; what it holds is over when the clock says so, whatever that thread is doing.
 */
public final class LeaseKeeper implements Leadership, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LeaseKeeper.class);

    /** Between two looks when nothing changes. */
    private static final Duration LOOK = Duration.ofMillis(100);

    /** How long a start waits to see who leads. */
    private static final Duration START_MAX = Duration.ofSeconds(3);

    /** Of each thing that a stop asks of the metadata. */
    private static final Duration FAREWELL_MAX = Duration.ofSeconds(2);

    private final MetadataAuthority authority;
    private final LeaseImage.Holder self;
    private final String uri;
    private final LeaseCore.Settings settings;
    private final LongSupplier nanos;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final Thread thread = Thread.ofPlatform().name("lease").daemon().unstarted(this::run);

    // Guarded by this; nothing blocks under it.
    private final LeaseCore core;
    private final Presence presence;
    private @Nullable Command release; // to be asked before anything else
    private boolean closing;
    private LeaseImage.@Nullable Holder leaderSeen;
    private Optional<LeaseEpoch> ledSeen = Optional.empty();
    private boolean elderSeen;
    private String trouble = ""; // why the metadata's owners decided nothing when they were asked last

    /**
     * @param self        with an incarnation drawn for this start
     * @param predecessor the process that this one replaces, which is certainly dead; null: unknown
     */
    public LeaseKeeper(
            MetadataAuthority authority, LeaseImage.Holder self, LeaseImage.@Nullable Holder predecessor, String uri, LeaseCore.Settings settings) {
        this(authority, self, predecessor, uri, settings, System::nanoTime);
    }

    LeaseKeeper(
            MetadataAuthority authority, LeaseImage.Holder self, LeaseImage.@Nullable Holder predecessor, String uri, LeaseCore.Settings settings, LongSupplier nanos) {
        this.authority = authority;
        this.self = self;
        this.uri = uri;
        this.settings = settings;
        this.nanos = nanos;
        core = new LeaseCore(settings, self, predecessor, nanos.getAsLong());
        presence = new Presence(settings.duration(), self, predecessor);
    }

    /** Returns when somebody leads, this coordinator or another, or after a while: without the metadata's owners nobody can. */
    public void start() {
        thread.start();
        awaitLeader(Deadline.after(START_MAX));
    }

    @Override
    public synchronized Optional<LeaseEpoch> leads() {
        return closing ? Optional.empty() : core.leads(nanos.getAsLong());
    }

    @Override
    public synchronized LynseError noLeader() {
        return new LynseError.Unavailable("no active coordinator leader is available" + (trouble.isEmpty() ? "" : ": " + trouble), Duration.ofSeconds(1));
    }

    @Override
    public void giveUp(String reason) {
        synchronized (this) {
            Command given = core.giveUp(nanos.getAsLong()).orElse(null);
            if (given == null) return;
            release = given;
        }
        log.atWarn().addKeyValue("reason", reason).log("the lease is given up");
    }

    @Override
    public void whenChanged(Runnable listener) {
        listeners.add(listener);
    }

    public synchronized LeaseStatus status() {
        long now = nanos.getAsLong();
        return new LeaseStatus(leads().isPresent(), leader(now), presence.others(now), presence.elder(now).orElse(null));
    }

    /** Waits for somebody to lead; null: nobody did before the deadline. */
    public synchronized LeaseStatus.@Nullable Leader awaitLeader(Deadline deadline) {
        while (true) {
            LeaseStatus.Leader leader = leader(nanos.getAsLong());
            // One's own lease that has run out is no leader; it is taken anew.
            if (leader != null && (!leader.self() || leads().isPresent())) return leader;
            if (deadline.passed()) return null;
            try {
                TimeUnit.NANOSECONDS.timedWait(this, deadline.remainingNanos());
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return null;
            }
        }
    }

    private LeaseStatus.@Nullable Leader leader(long now) {
        LeaseCore.Running running = core.running(now).orElse(null);
        if (running == null) return null;
        Instant seen = Instant.now().minusNanos(running.since());
        String at = presence.known(running.holder()).map(CoordinatorImage::uri).orElse("");
        return new LeaseStatus.Leader(running.holder().coordinator(), at, self.equals(running.holder()), running.epoch(), seen, seen.plus(settings.duration()));
    }

    private void run() {
        while (true) {
            ClusterImage seen = authority.image();
            try {
                if (look()) continue;
            } catch (RuntimeException bug) {
                log.atError().setCause(bug).log("keeping the lease failed in an unforeseen way");
            }
            if (isClosing()) break;
            authority.otherThan(seen, Deadline.after(LOOK));
        }
        farewell().forEach(command -> ask(command, FAREWELL_MAX));
    }

    /** Looks at the metadata and the clock, and does what follows. @return whether anything was decided, so that there may be more to do at once */
    boolean look() {
        Command due = due(authority.image()).orElse(null);
        tell();
        if (due == null) return false;
        boolean decided = ask(due, settings.duration().minus(settings.margin()));
        tell();
        return decided;
    }

    private synchronized Optional<Command> due(ClusterImage image) {
        long now = nanos.getAsLong();
        see(image, now);
        if (closing) return Optional.empty();
        if (release != null) {
            Command given = release;
            release = null;
            return Optional.of(given);
        }
        boolean leads = core.leads(now).isPresent();
        if (presence.announces(now, leads)) return Optional.of(new Command.AnnounceCoordinator(self, uri));
        if (leads) return core.due(now).or(() -> presence.forgotten(now));
        // All places may be taken by processes that are long dead, and then nobody leads who would see to it.
        if (!presence.registered()) return presence.forgotten(now);
        // The others must know where the leader is; and of two processes with one id the first alone leads.
        return presence.elder(now).isEmpty() ? core.due(now) : Optional.empty();
    }

    private void see(ClusterImage image, long now) {
        core.observe(image.lease(), now);
        presence.observe(image, now);
        notifyAll();
    }

    private boolean ask(Command command, Duration within) {
        ClusterImage after = null;
        String reason = "";
        try {
            after = authority.propose(command, Deadline.after(within)).image();
        } catch (LynseException failed) {
            log.atDebug().addKeyValue("command", command).addKeyValue("reason", failed.error().message()).log("not decided about the coordinators");
            // A refusal means that this coordinator's image lags, which the next one mends; but not that there is no place left for it.
            if (!(failed.error() instanceof LynseError.Conflict) || command instanceof Command.AnnounceCoordinator) reason = failed.error().message();
        } finally {
            settle(command, after, reason);
        }
        return after != null;
    }

    private synchronized void settle(Command command, @Nullable ClusterImage after, String reason) {
        long now = nanos.getAsLong();
        if (trouble.isEmpty() && !reason.isEmpty()) log.atWarn().addKeyValue("reason", reason).log("nothing is decided about the coordinators");
        trouble = reason;
        boolean ofLease = command instanceof Command.AcquireLease || command instanceof Command.RenewLease;
        if (after != null) {
            see(after, now);
            if (ofLease) core.answered(after.lease(), now);
        } else if (ofLease) {
            core.failed();
        }
        notifyAll();
    }

    /** What is different since the last call goes to the log and to the listeners. */
    private void tell() {
        boolean changed;
        synchronized (this) {
            long now = nanos.getAsLong();
            Optional<LeaseEpoch> led = leads();
            changed = !led.equals(ledSeen);
            if (changed) {
                var event = log.atInfo().addKeyValue("coordinator", self);
                led.ifPresentOrElse(
                        epoch -> event.addKeyValue("lease_epoch", epoch).log("this coordinator leads"),
                        () -> event.addKeyValue("lease_epoch", ledSeen.orElse(LeaseEpoch.NONE)).log("this coordinator leads no more"));
            }
            ledSeen = led;
            tellOthers(now);
        }
        if (changed) listeners.forEach(Runnable::run);
    }

    private void tellOthers(long now) {
        LeaseImage.Holder leader = core.running(now).map(LeaseCore.Running::holder).orElse(null);
        if (leader != null && !leader.equals(leaderSeen) && !leader.equals(self)) log.atInfo().addKeyValue("coordinator", leader).log("another coordinator leads");
        if (leader == null && leaderSeen != null) log.atWarn().addKeyValue("coordinator", leaderSeen).log("nobody leads the coordinators any more");
        leaderSeen = leader;
        CoordinatorImage elder = presence.elder(now).orElse(null);
        if (elder != null && !elderSeen) {
            log.atError().addKeyValue("coordinator", self).addKeyValue("other", elder.process()).addKeyValue("other_uri", elder.uri())
                    .log("another process with this --coordinator-id is running: this one serves, but will not lead");
        }
        elderSeen = elder != null;
    }

    private synchronized boolean isClosing() {
        return closing;
    }

    private synchronized List<Command> farewell() {
        return List.of(core.giveUp(nanos.getAsLong()), presence.retires()).stream().flatMap(Optional::stream).toList();
    }

    /** Leads no more at once; then gives the lease back and takes itself out of the image, if the metadata's owners answer in time. */
    @Override
    public void close() {
        synchronized (this) {
            if (closing) return;
            closing = true;
            notifyAll();
        }
        try {
            if (thread.getState() != Thread.State.NEW) thread.join(FAREWELL_MAX.multipliedBy(3));
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }
}
