package io.lynse.coordinator.lease;

import io.lynse.coordinator.metadata.MetadataAuthority;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.metadata.Command;
import io.lynse.metadata.LeaseEpoch;
import io.lynse.model.Deadline;
import java.time.Duration;

/** Has the commands of the leading coordinator decided: under its lease, or not at all. */
public final class LedCommands {

    /** To whoever asks for what only a leader does where nobody leads; the text is the wire contract's (11.3). */
    public static final LynseError NO_LEADER = new LynseError.Unavailable("no active coordinator leader is available", Duration.ofSeconds(1));

    private final MetadataAuthority authority;
    private final Leadership leadership;

    public LedCommands(MetadataAuthority authority, Leadership leadership) {
        this.authority = authority;
        this.leadership = leadership;
    }

    /** As {@link MetadataAuthority#propose}. @throws LynseException also {@link #NO_LEADER}, if this coordinator does not lead: nothing was decided */
    public MetadataAuthority.Accepted propose(Command command, Deadline deadline) {
        LeaseEpoch lease = leadership.leads().orElseThrow(() -> new LynseException(NO_LEADER));
        try {
            return authority.propose(new Command.Led(lease, command), deadline);
        } catch (LynseException refused) {
            // A refusal of the command itself is the caller's; one of the lease is not, and another coordinator would accept it.
            boolean superseded = refused.error() instanceof LynseError.Conflict && !authority.confirmed(deadline).lease().epoch().equals(lease);
            throw superseded ? new LynseException(NO_LEADER, refused) : refused;
        }
    }
}
