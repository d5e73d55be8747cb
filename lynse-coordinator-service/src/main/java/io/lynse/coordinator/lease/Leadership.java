package io.lynse.coordinator.lease;

import io.lynse.error.LynseError;
import io.lynse.metadata.LeaseEpoch;
import java.util.Optional;

/** Whether this coordinator leads, for whoever decides. Safe for use by several threads; nothing here blocks. */
public interface Leadership {

    /** The lease epoch under which it may decide at this moment; empty: it does not lead. Asked anew for each decision. */
    Optional<LeaseEpoch> leads();

    /** What to answer where nobody leads: the wire contract's text (11.3) and, where it is known, why. */
    LynseError noLeader();

    /** Leads no more, because another coordinator would do better. @param reason for the log */
    void giveUp(String reason);

    /** Runs soon after each change of {@link #leads}. @param listener must not block */
    void whenChanged(Runnable listener);
}
