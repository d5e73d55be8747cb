package io.lynse.coordinator.operate;

import io.lynse.coordinator.lease.LedCommands;
import io.lynse.coordinator.metadata.MetadataAuthority;
import io.lynse.coordinator.shardclient.NodeAddress;
import io.lynse.coordinator.shardclient.ShardClients;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.Deadline;
import io.lynse.model.ShardGroupId;
import java.util.ArrayList;
import java.util.List;

/** Adds a shard group to a running cluster. Its nodes are looked at first: what is decided without them could not be taken back. */
public final class GroupService {

    private final MetadataAuthority authority;
    private final LedCommands commands;
    private final JoiningNodes joining;

    public GroupService(MetadataAuthority authority, LedCommands commands, ShardClients shards) {
        this.authority = authority;
        this.commands = commands;
        this.joining = new JoiningNodes(shards);
    }

    /**
     * @return the group; one that is there with these members stays as it is
     * @throws io.lynse.error.LynseException InvalidArgument if a node does not answer or is named twice; Conflict if it belongs elsewhere or holds something;
     *     AlreadyExists if the name is taken by others
     */
    public ShardGroupImage add(ShardGroupId group, NodeAddress primary, List<NodeAddress> replicas, Deadline deadline) {
        ClusterImage image = authority.image();
        joining.require("primary", primary, group, image, deadline);
        var uris = new ArrayList<String>();
        for (NodeAddress replica : replicas) {
            joining.require("replicas[" + uris.size() + "]", replica, group, image, deadline);
            uris.add(replica.uri());
        }
        return commands.propose(new Command.AddGroup(group, primary.uri(), uris), deadline).image().group(group);
    }
}
