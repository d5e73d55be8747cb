package io.lynse.shard.owner;

import io.lynse.wire.v1.Owner;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.ratis.proto.RaftProtos.RaftGroupIdProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The leader as this node's Raft knows it. */
final class FollowedLeader implements LeaderWatch.Raft {

    private static final Logger log = LoggerFactory.getLogger(FollowedLeader.class);

    private final RaftServer raft;

    FollowedLeader(RaftServer raft) {
        this.raft = raft;
    }

    @Override
    public Optional<LeaderWatch.Led> led() {
        var groups = raft.getGroupIds().iterator();
        if (!groups.hasNext()) return Optional.empty();
        RaftGroupId group = groups.next();
        try {
            RaftServer.Division division = raft.getDivision(group);
            var info = division.getInfo();
            TermIndex last = division.getRaftLog().getLastEntryTermIndex();
            List<Owner> owners = MetadataOwner.owners(division);
            if (!info.isFollower() || info.getLeaderId() == null || last == null) return Optional.empty();
            String leader = info.getLeaderId().toString();
            return owners.stream().filter(owner -> owner.getNodeId().equals(leader)).findFirst().map(owner ->
                    new LeaderWatch.Led(group.getUuid(), info.getCurrentTerm(), owner, owners, new Succession.End(last.getTerm(), last.getIndex())));
        } catch (IOException | RuntimeException notNow) { // it starts, or ends
            return Optional.empty();
        }
    }

    /** In the leader's name, by the message with which a leader that goes makes a follower stand. Votes are given as ever: to a log that lacks nothing. */
    @Override
    public void stand(LeaderWatch.Led led) {
        var header = RaftRpcRequestProto.newBuilder()
                .setRequestorId(ByteString.copyFromUtf8(led.leader().getNodeId()))
                .setReplyId(raft.getId().toByteString())
                .setRaftGroupId(RaftGroupIdProto.newBuilder().setId(RaftGroupId.valueOf(led.group()).toByteString()));
        try {
            raft.startLeaderElection(StartLeaderElectionRequestProto.newBuilder()
                    .setServerRequest(header).setLeaderLastEntry(TermIndex.valueOf(led.end().term(), led.end().index()).toProto()).build());
        } catch (IOException | RuntimeException changed) {
            log.atInfo().addKeyValue("reason", changed.toString()).log("no vote at once: Raft's time-out decides");
        }
    }
}
