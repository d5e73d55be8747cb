package io.lynse.shard.ship;

import io.lynse.metadata.MemberImage;
import io.lynse.shard.membership.GroupView;
import java.util.ArrayList;
import java.util.List;

/** Members as views name them. */
final class Views {

    private Views() {}

    static List<MemberImage> members(GroupView view) {
        var members = new ArrayList<MemberImage>();
        members.add(member(view.primary()));
        for (GroupView.Replica replica : view.replicas()) members.add(member(replica.member()));
        return members;
    }

    private static MemberImage member(GroupView.Member member) {
        return new MemberImage(member.uri(), member.nodeId());
    }
}
