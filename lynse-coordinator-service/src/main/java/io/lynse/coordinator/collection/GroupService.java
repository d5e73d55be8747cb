package io.lynse.coordinator.collection;

import io.lynse.coordinator.lease.LedCommands;
import io.lynse.coordinator.metadata.MetadataAuthority;
import io.lynse.coordinator.shardclient.NodeAddress;
import io.lynse.coordinator.shardclient.NodeReport;
import io.lynse.coordinator.shardclient.ProbeOutcome;
import io.lynse.coordinator.shardclient.ShardClients;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.Deadline;
import io.lynse.model.ShardGroupId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Adds a shard group to a running cluster. Its nodes are looked at first: what is decided without them could not be taken back. */
public final class GroupService {

    private static final Duration ASK = Duration.ofSeconds(2);

    private final MetadataAuthority authority;
    private final LedCommands commands;
    private final ShardClients shards;

    public GroupService(MetadataAuthority authority, LedCommands commands, ShardClients shards) {
        this.authority = authority;
        this.commands = commands;
        this.shards = shards;
    }

    /**
     * @return the group; one that is there with these members stays as it is
     * @throws LynseException InvalidArgument if a node does not answer or is named twice; Conflict if it belongs elsewhere or holds something;
     *     AlreadyExists if the name is taken by others
     */
    public ShardGroupImage add(ShardGroupId group, NodeAddress primary, List<NodeAddress> replicas, Deadline deadline) {
        ClusterImage image = authority.image();
        check("primary", primary, image, deadline);
        var uris = new ArrayList<String>();
        for (NodeAddress replica : replicas) {
            check("replicas[" + uris.size() + "]", replica, image, deadline);
            uris.add(replica.uri());
        }
        return commands.propose(new Command.AddGroup(group, primary.uri(), uris), deadline).image().group(group);
    }

    private void check(String field, NodeAddress node, ClusterImage image, Deadline deadline) {
        boolean isMember = image.groups().values().stream().flatMap(group -> group.members().stream()).map(MemberImage::uri).anyMatch(node.uri()::equals);
        if (isMember) return; // of which group is decided with the command
        switch (shards.at(node.uri()).probe(deadline.atMost(ASK))) {
            case ProbeOutcome.Answered(NodeReport report) -> requireEmpty(node, report, image);
            case ProbeOutcome.Refused(_, String reason) -> throw invalid(field, node + " cannot be used: " + reason);
            case ProbeOutcome.NoAnswer(String reason, _) -> throw invalid(field, node + " does not answer: " + reason);
        }
    }

    private static void requireEmpty(NodeAddress node, NodeReport report, ClusterImage image) {
        if (!report.clusterId().isEmpty() && !report.clusterId().equals(image.clusterId())) {
            throw new LynseException(new LynseError.Conflict(node + " belongs to cluster " + report.clusterId()));
        }
        if (report.largestCollectionId() > 0) {
            throw new LynseException(new LynseError.Conflict(node + " holds collections of its own: a new member begins with an empty data directory"));
        }
    }

    private static LynseException invalid(String field, String reason) {
        return new LynseException(LynseError.invalid(field, field + ": " + reason));
    }
}
