package io.lynse.coordinator.lease;

import io.lynse.coordinator.metadata.MetadataAuthority;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.metadata.Command;
import io.lynse.metadata.LeaseEpoch;
import io.lynse.model.Deadline;

/** Has the commands of the leading coordinator decided: under its lease, or not at all. */
public final class LedCommands {

    private final MetadataAuthority authority;
    private final Leadership leadership;

    public LedCommands(MetadataAuthority authority, Leadership leadership) {
        this.authority = authority;
        this.leadership = leadership;
    }

    /** As {@link MetadataAuthority#propose}. @throws LynseException also {@link Leadership#noLeader}, if this coordinator does not lead: nothing was decided */
    public MetadataAuthority.Accepted propose(Command command, Deadline deadline) {
        LeaseEpoch lease = leadership.leads().orElseThrow(() -> new LynseException(leadership.noLeader()));
        try {
            return authority.propose(new Command.Led(lease, command), deadline);
        } catch (LynseException refused) {
            // A refusal of the command itself is the caller's; one of the lease is not, and another coordinator would accept it.
            boolean superseded = refused.error() instanceof LynseError.Conflict && isOver(lease, refused, deadline);
            throw superseded ? new LynseException(leadership.noLeader(), refused) : refused;
        }
    }

    /** @param refused is thrown where nobody can tell: it was decided that nothing was done */
    private boolean isOver(LeaseEpoch lease, LynseException refused, Deadline deadline) {
        try {
            return !authority.confirmed(deadline).lease().epoch().equals(lease);
        } catch (LynseException untold) {
            refused.addSuppressed(untold);
            throw refused;
        }
    }
}
