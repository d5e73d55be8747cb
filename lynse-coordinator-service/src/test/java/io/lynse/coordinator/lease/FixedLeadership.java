package io.lynse.coordinator.lease;

import io.lynse.error.LynseError;
import io.lynse.metadata.LeaseEpoch;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A {@link Leadership} that the test sets, and what it was given up for. */
public final class FixedLeadership implements Leadership {

    private volatile @Nullable LeaseEpoch lease;
    private final AtomicReference<@Nullable Runnable> listener = new AtomicReference<>();
    private volatile @Nullable String givenUp;

    /** @param lease null: does not lead */
    public FixedLeadership(@Nullable LeaseEpoch lease) {
        this.lease = lease;
    }

    /** Of a coordinator alone, where no lease was ever taken. */
    public static FixedLeadership alone() {
        return new FixedLeadership(LeaseEpoch.NONE);
    }

    public void set(@Nullable LeaseEpoch next) {
        lease = next;
        Runnable heard = listener.get();
        if (heard != null) heard.run();
    }

    public @Nullable String givenUp() {
        return givenUp;
    }

    @Override
    public Optional<LeaseEpoch> leads() {
        return Optional.ofNullable(lease);
    }

    @Override
    public LynseError noLeader() {
        return new LynseError.Unavailable("no active coordinator leader is available", Duration.ofSeconds(1));
    }

    @Override
    public void giveUp(String reason) {
        givenUp = reason;
        set(null);
    }

    @Override
    public void whenChanged(Runnable next) {
        listener.set(next);
    }
}
