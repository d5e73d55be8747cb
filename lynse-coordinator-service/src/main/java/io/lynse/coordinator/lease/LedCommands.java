package io.lynse.coordinator.lease;

import io.lynse.coordinator.metadata.MetadataAuthority;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.LeaseEpoch;
import io.lynse.metadata.MetadataRecord;
import io.lynse.model.Deadline;
import java.util.List;
import java.util.Optional;

/** Has the commands of the leading coordinator decided: under its lease, or not at all. */
public final class LedCommands {

    private final MetadataAuthority authority;
    private final Leadership leadership;

    public LedCommands(MetadataAuthority authority, Leadership leadership) {
        this.authority = authority;
        this.leadership = leadership;
    }

    /**
     * @param lease   under which it was decided: what follows from it on the groups is done under the same, or not at all
     * @param records what the command changed; empty: it was so already
     */
    public record Decided(LeaseEpoch lease, List<MetadataRecord> records, ClusterImage image) {
        public Decided {
            records = List.copyOf(records);
        }
    }

    /** As {@link MetadataAuthority#propose}. @throws LynseException also {@link Leadership#noLeader}, if this coordinator does not lead: nothing was decided */
    public Decided propose(Command command, Deadline deadline) {
        LeaseEpoch lease = leadership.leads().orElseThrow(() -> new LynseException(leadership.noLeader()));
        try {
            MetadataAuthority.Accepted accepted = authority.propose(new Command.Led(lease, command), deadline);
            return new Decided(lease, accepted.records(), accepted.image());
        } catch (LynseException refused) {
            // A refusal of the command itself is the caller's; one of the lease is not, and another coordinator would accept it.
            boolean superseded = refused.error() instanceof LynseError.Conflict && isOver(lease, refused, deadline);
            throw superseded ? new LynseException(leadership.noLeader(), refused) : refused;
        }
    }

    /** What to tell of a failure on the way from what was decided under this lease to the groups: where the lease is over by now, that. */
    public LynseException told(LynseException failed, LeaseEpoch lease) {
        boolean isOver = failed.error() instanceof LynseError.Conflict && !leadership.leads().equals(Optional.of(lease));
        return isOver ? new LynseException(leadership.noLeader(), failed) : failed;
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
