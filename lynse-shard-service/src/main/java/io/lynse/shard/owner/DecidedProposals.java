package io.lynse.shard.owner;

import com.google.protobuf.ByteString;
import io.lynse.wire.v1.DecidedProposal;
import io.lynse.wire.v1.ProposeReply;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * How the last proposals were answered: like the image a function of the log alone, so that every owner gives a repeated proposal the same
 * answer. Ratis remembers answers, too, but forgets them after a minute, and those before a snapshot when a process ends or is sent one.
 * Not thread-safe: of the one thread that applies entries.
 */
final class DecidedProposals {

    record Key(ByteString proposer, long proposal) {}

    private final int kept;
    private final SequencedMap<Key, ProposeReply> replies = new LinkedHashMap<>();

    /** @param kept how many; the same on every owner, for what one still knows another must not decide anew */
    DecidedProposals(int kept) {
        this.kept = kept;
    }

    @Nullable ProposeReply replyTo(Key proposal) {
        return replies.get(proposal);
    }

    void add(Key proposal, ProposeReply reply) {
        replies.put(proposal, reply);
        if (replies.size() > kept) replies.pollFirstEntry();
    }

    /** Oldest first. */
    List<DecidedProposal> all() {
        return replies.entrySet().stream().map(decided -> DecidedProposal.newBuilder()
                .setProposerId(decided.getKey().proposer()).setProposalId(decided.getKey().proposal()).setReply(decided.getValue()).build()).toList();
    }

    void replace(List<DecidedProposal> others) {
        replies.clear();
        for (DecidedProposal other : others) add(new Key(other.getProposerId(), other.getProposalId()), other.getReply());
    }
}
