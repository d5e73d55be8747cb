package io.lynse.coordinator.operate;

import io.lynse.coordinator.lease.LedCommands;
import io.lynse.coordinator.metadata.MetadataAuthority;
import io.lynse.coordinator.shardclient.GroupFence;
import io.lynse.coordinator.shardclient.NodeAddress;
import io.lynse.coordinator.shardclient.ShardClients;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.Deadline;
import io.lynse.model.ShardGroupId;
import java.time.Duration;

/** Changes who a group's replicas are while it is written to, and has one begin anew. */
public final class GroupMembers {

    private static final Duration ASK = Duration.ofSeconds(5);

    private final MetadataAuthority authority;
    private final LedCommands commands;
    private final ShardClients shards;
    private final JoiningNodes joining;

    public GroupMembers(MetadataAuthority authority, LedCommands commands, ShardClients shards) {
        this.authority = authority;
        this.commands = commands;
        this.shards = shards;
        this.joining = new JoiningNodes(shards);
    }

    /**
     * Adds a replica, stale: its primary fills it, and has it active when it is level.
     * @throws io.lynse.error.LynseException NotFound; InvalidArgument ({@code uri} does not answer); Conflict (it belongs elsewhere, or was written to by itself)
     */
    public ShardGroupImage add(ShardGroupId id, NodeAddress node, Deadline deadline) {
        ShardGroupImage group = Groups.named(authority, id, deadline);
        joining.require("uri", node, group.id(), authority.image(), deadline);
        return propose(new Command.AddReplica(id, node.uri()), id, deadline);
    }

    /** Takes a replica out. What lies on its disk stays there. @throws io.lynse.error.LynseException NotFound; Conflict (the primary, or writes need it) */
    public ShardGroupImage remove(ShardGroupId id, NodeAddress node, Deadline deadline) {
        Groups.named(authority, id, deadline);
        return propose(new Command.RemoveReplica(id, node.uri()), id, deadline);
    }

    /** Has nobody wait for a replica, nor promote it, until its primary has found it level. @throws io.lynse.error.LynseException as {@link #rebuild} */
    public ShardGroupImage markStale(ShardGroupId id, NodeAddress node, Deadline deadline) {
        ShardGroupImage group = Groups.named(authority, id, deadline);
        MemberImage replica = replica(group, node);
        return propose(new Command.MarkStale(id, replica, group.epoch(), group.version()), id, deadline);
    }

    /**
     * Has a replica throw its copy away and take its primary's files. The old copy stays until the new one is complete, but leads nobody from now
     * on: nothing is done where no primary is there to give its files.
     * @throws io.lynse.error.LynseException NotFound; InvalidArgument ({@code uri} is no member); Conflict (it is the primary, or no primary leads);
     *     Unavailable (it does not answer); OutcomeUnknown
     */
    public ShardGroupImage rebuild(ShardGroupId id, NodeAddress node, Deadline deadline) {
        ShardGroupImage group = Groups.named(authority, id, deadline);
        MemberImage replica = replica(group, node);
        if (!Groups.leads(group, shards.at(group.primary().uri()).probe(deadline.atMost(ASK)))) {
            throw Groups.conflict(group.primary() + " does not lead shard group " + id + " now, and " + node + " may be the only one that can take over");
        }
        ShardGroupImage after = propose(new Command.MarkStale(id, replica, group.epoch(), group.version()), id, deadline);
        shards.at(replica.uri()).giveUpCopy(new GroupFence(id, group.epoch()), deadline);
        return after;
    }

    private static MemberImage replica(ShardGroupImage group, NodeAddress node) {
        MemberImage member = Groups.member(group, "uri", node);
        if (member.equals(group.primary())) throw Groups.conflict(node + " is the primary of shard group " + group.id() + ": switch over to another member first");
        return member;
    }

    private ShardGroupImage propose(Command command, ShardGroupId id, Deadline deadline) {
        ClusterImage after = commands.propose(command, deadline).image();
        return after.group(id);
    }
}
