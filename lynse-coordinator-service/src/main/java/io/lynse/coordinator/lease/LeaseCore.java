package io.lynse.coordinator.lease;

import io.lynse.metadata.Command;
import io.lynse.metadata.LeaseEpoch;
import io.lynse.metadata.LeaseImage;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One coordinator's part in the lease, on its own monotonic clock (rules 13 and 14 of the specification). What it holds is valid
 * for the duration less a margin, counted from before the request was sent; what another holds is over when nothing of it was
 * observed for the whole duration. Times are nanoseconds of {@link System#nanoTime}. Not safe for use by several threads.
 */
public final class LeaseCore {

    /**
     * @param duration for which a renewal is good
     * @param margin   by which the holder gives up early; must cover the drift between two clocks over the duration
     * @param renewal  between two renewals
     */
    public record Settings(Duration duration, Duration margin, Duration renewal) {

        public static final Settings DEFAULT = of(Duration.ofSeconds(5));

        public Settings {
            if (margin.compareTo(duration) >= 0) throw new IllegalArgumentException("margin " + margin + " leaves nothing of " + duration);
        }

        /** A fifth as margin, far more than clocks drift apart; three renewals, and at least one a second. */
        public static Settings of(Duration duration) {
            Duration third = duration.dividedBy(3);
            Duration second = Duration.ofSeconds(1);
            return new Settings(duration, duration.dividedBy(5), third.compareTo(second) < 0 ? third : second);
        }
    }

    private record Request(Command command, long sentAt) {}

    private final Settings settings;
    private final LeaseImage.Holder self;
    private final LeaseImage.@Nullable Holder predecessor;

    private LeaseImage observed = LeaseImage.NONE;
    private long observedAt;
    private LeaseEpoch held = LeaseEpoch.NONE;
    private long validUntil;
    private long renewedAt;
    private @Nullable Request request;
    private LeaseEpoch givenUp = LeaseEpoch.NONE;
    private long abstainsUntil;

    public LeaseCore(Settings settings, LeaseImage.Holder self, long now) {
        this(settings, self, null, now);
    }

    /** @param predecessor is certainly dead: what it held need not be waited for; null: unknown */
    LeaseCore(Settings settings, LeaseImage.Holder self, LeaseImage.@Nullable Holder predecessor, long now) {
        this.settings = settings;
        this.self = self;
        this.predecessor = predecessor;
        observedAt = now;
        validUntil = now;
        renewedAt = now;
        abstainsUntil = now;
    }

    /** The metadata, as it was watched or answered. */
    public void observe(LeaseImage lease, long now) {
        boolean older = lease.epoch().compareTo(observed.epoch()) < 0 || lease.epoch().equals(observed.epoch()) && lease.renewals() <= observed.renewals();
        if (older) return;
        observed = lease;
        observedAt = now;
    }

    /** The lease epoch under which this coordinator may decide now; empty: it does not lead. */
    public Optional<LeaseEpoch> leads(long now) {
        return validUntil - now > 0 ? Optional.of(held) : Optional.empty();
    }

    /**
     * A lease that somebody holds.
     * @param since nanoseconds since anything of it was last observed; below the duration
     */
    public record Running(LeaseImage.Holder holder, LeaseEpoch epoch, long since) {}

    /** The lease of whoever holds it, as long as it counts as running here. */
    public Optional<Running> running(long now) {
        LeaseImage.Holder holder = observed.holder();
        long since = now - observedAt;
        if (holder == null || holder.equals(predecessor) || since >= settings.duration().toNanos()) return Optional.empty();
        return Optional.of(new Running(holder, observed.epoch(), since));
    }

    /** What to ask of the metadata now, if anything. {@link #answered} or {@link #failed} follows. */
    public Optional<Command> due(long now) {
        if (request != null) return Optional.empty();
        Command command;
        if (leads(now).isPresent()) {
            if (now - renewedAt < settings.renewal().toNanos()) return Optional.empty();
            command = new Command.RenewLease(self, held);
        } else {
            // One that was given back need not be waited for; nor one's own, that ran out, or whose answer got lost.
            boolean free = running(now).isEmpty() || self.equals(observed.holder());
            if (!free || abstainsUntil - now > 0) return Optional.empty();
            command = new Command.AcquireLease(self, observed.epoch(), observed.renewals());
        }
        request = new Request(command, now);
        return Optional.of(command);
    }

    /** The command was accepted: this is the lease after it. */
    public void answered(LeaseImage lease, long now) {
        Request sent = request;
        request = null;
        observe(lease, now);
        boolean mine = self.equals(lease.holder()) && lease.epoch().compareTo(givenUp) > 0;
        if (sent == null || !mine) return;
        held = lease.epoch();
        renewedAt = sent.sentAt;
        validUntil = sent.sentAt + settings.duration().minus(settings.margin()).toNanos();
    }

    /** The command was refused, or its outcome is unknown. What is held stays valid as long as it was. */
    public void failed() {
        request = null;
    }

    /**
     * Stops leading at once: another coordinator reaches what this one does not. For two durations it leaves the lease to the
     * others, one for a release that got lost and one for them to take it; if none did, leading badly is better than not at all.
     */
    public Optional<Command> giveUp(long now) {
        Optional<LeaseEpoch> leading = leads(now);
        if (leading.isEmpty()) return Optional.empty();
        validUntil = now;
        givenUp = held; // a renewal that is on its way prolongs nothing
        abstainsUntil = now + 2 * settings.duration().toNanos();
        return Optional.of(new Command.ReleaseLease(self, held));
    }
}
