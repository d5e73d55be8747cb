package io.lynse.coordinator.metadata;

import io.lynse.coordinator.config.ClusterConfig;
import io.lynse.coordinator.config.ConfigException;
import io.lynse.coordinator.shardclient.NodeAddress;
import io.lynse.coordinator.shardclient.OwnerClient;
import io.lynse.coordinator.shardclient.OwnerState;
import io.lynse.coordinator.shardclient.ProbeOutcome;
import io.lynse.coordinator.shardclient.ShardClient;
import io.lynse.coordinator.shardclient.View;
import io.lynse.error.LynseException;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.model.Deadline;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Forms the metadata anew from a coordinator's cache, when every disk that had it is lost. {@link RecoveryPolicy} says whether it may be. */
public final class MetadataRecovery {

    private static final Logger log = LoggerFactory.getLogger(MetadataRecovery.class);
    private static final Duration ASK = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final ClusterConfig cluster;
    private final List<NodeAddress> wanted;
    private final byte[] proposer;
    private final Function<NodeAddress, ShardClient> clients;

    /** @param wanted who are to keep the metadata @param proposer 16 bytes, drawn at each start */
    public MetadataRecovery(ClusterConfig cluster, List<NodeAddress> wanted, byte[] proposer, Function<NodeAddress, ShardClient> clients) {
        this.cluster = cluster;
        this.wanted = List.copyOf(wanted);
        this.proposer = proposer.clone();
        this.clients = clients;
    }

    /**
     * @param cached   what is left of the metadata
     * @param deadline until when the new owners may take to agree
     * @throws ConfigException if it must not be done, with every reason; or if it could not be done: asking again goes on
     */
    public void recover(ClusterImage cached, Deadline deadline) {
        RecoveryPolicy.Plan plan = RecoveryPolicy.decide(cached, wanted, ask(cached));
        if (!plan.problems().isEmpty()) {
            throw new ConfigException("the metadata of cluster " + cached.clusterId() + " is not formed anew: " + String.join("; ", plan.problems()));
        }
        ClusterImage begin = cached.recovered();
        String failure = "no owner took it";
        var id = new OwnerClient.ProposalId(proposer, 1);
        try {
            for (NodeAddress node : plan.joining()) owner(node).join(plan.group(), plan.owners(), deadline.atMost(ASK));
        } catch (LynseException failed) {
            throw new ConfigException("the new owners of the metadata could not all be told: " + failed.error().message() + "; run this again");
        }
        while (!deadline.passed()) {
            for (NodeAddress node : wanted) {
                try {
                    owner(node).form(id, begin, deadline.atMost(ASK));
                    log.atWarn().addKeyValue("action", "metadata_recover").addKeyValue("cluster", cached.clusterId()).addKeyValue("owners", wanted)
                            .addKeyValue("from_meta_epoch", cached.metaEpoch()).addKeyValue("meta_epoch", begin.metaEpoch()).log("audit");
                    return;
                } catch (LynseException again) {
                    failure = again.error().message();
                }
            }
            pause();
        }
        throw new ConfigException("the new owners of the metadata did not agree in time: " + failure + "; run this again");
    }

    private OwnerClient owner(NodeAddress node) {
        return clients.apply(node).owner();
    }

    /** All at once: one that hangs delays nobody else's answer. */
    private Map<NodeAddress, RecoveryPolicy.Word> ask(ClusterImage cached) {
        var groups = new LinkedHashMap<NodeAddress, ShardGroupImage>();
        for (ShardGroupImage group : cached.groups().values()) {
            for (MemberImage member : group.members()) groups.put(NodeAddress.parse(member.uri()), group);
        }
        Set<NodeAddress> all = new LinkedHashSet<>(wanted);
        all.addAll(cluster.nodes());
        all.addAll(groups.keySet());
        var answers = new LinkedHashMap<NodeAddress, Future<RecoveryPolicy.Word>>();
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (NodeAddress node : all) answers.put(node, callers.submit(() -> ask(node, cached, groups.get(node))));
        }
        var words = new LinkedHashMap<NodeAddress, RecoveryPolicy.Word>();
        answers.forEach((node, answer) -> words.put(node, answer.resultNow()));
        return words;
    }

    /** @param group null: the node is a member of none */
    private RecoveryPolicy.Word ask(NodeAddress node, ClusterImage cached, @Nullable ShardGroupImage group) {
        OwnerState owner = describe(node, Deadline.after(ASK));
        // With the view that the cluster's coordinators showed it last: it learns nothing by it.
        RecoveryPolicy.Member member = group != null
                        && clients.apply(node).probe(new View(cached, group, "", List.of()), Deadline.after(ASK)) instanceof ProbeOutcome.Answered(var report)
                ? new RecoveryPolicy.Member(report.seenEpoch(), report.largestCollectionId())
                : null;
        return new RecoveryPolicy.Word(owner, member);
    }

    /** More than once: a channel that failed some time ago tells that once again before it tries anew. @return null: it was not heard */
    private @Nullable OwnerState describe(NodeAddress node, Deadline deadline) {
        while (true) {
            try {
                return owner(node).describe(deadline);
            } catch (LynseException silent) {
                if (deadline.passed()) return null;
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new ConfigException("stopped while the metadata was formed anew");
        }
    }
}
