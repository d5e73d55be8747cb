package io.lynse.coordinator.metadata;

import io.lynse.coordinator.config.ClusterConfig;
import io.lynse.coordinator.config.ConfigException;
import io.lynse.coordinator.shardclient.NodeAddress;
import io.lynse.coordinator.shardclient.OwnerClient;
import io.lynse.coordinator.shardclient.OwnerState;
import io.lynse.error.LynseException;
import io.lynse.metadata.ClusterImage;
import io.lynse.model.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the owners of this cluster's metadata when a coordinator starts, and forms them where the cluster is new. */
public final class Owners {

    private static final Logger log = LoggerFactory.getLogger(Owners.class);
    private static final Duration ASK = Duration.ofSeconds(2);
    private static final Duration AGAIN = Duration.ofMillis(500);

    private final ClusterConfig cluster;
    private final List<NodeAddress> wanted;
    private final Set<NodeAddress> nodes = new LinkedHashSet<>();
    private final Function<NodeAddress, OwnerClient> clients;
    private final byte[] proposer;
    private long proposals;

    /**
     * @param wanted   the owners of a cluster that is formed now
     * @param proposer 16 bytes, drawn at each start
     */
    public Owners(ClusterConfig cluster, List<NodeAddress> wanted, byte[] proposer, Function<NodeAddress, OwnerClient> clients) {
        this.cluster = cluster;
        this.wanted = List.copyOf(wanted);
        this.proposer = proposer.clone();
        this.clients = clients;
        nodes.addAll(wanted);
        for (ClusterConfig.Group group : cluster.groups()) {
            nodes.add(group.primary());
            group.replicas().forEach(replica -> nodes.add(replica.address()));
        }
    }

    /**
     * The authority over this cluster. With a cache of an earlier start it comes at once, reachable owners or not.
     *
     * @param cache    taken over
     * @param deadline until when owners are waited for; what is asked then is still answered
     * @throws ConfigException if they cannot be had: who answered what, and what to do
     */
    public OwnersAuthority authority(StateFile cache, Deadline deadline) {
        StateFile.Content content = cache.read();
        ClusterImage cached = content instanceof StateFile.Content.Image(ClusterImage image) ? image : null;
        String damage = content instanceof StateFile.Content.Damaged(String what) ? "the cluster state " + cache.path() + " is damaged (" + what + ")" : null;
        if (damage != null) log.atWarn().addKeyValue("reason", damage).log("the cache of the cluster's metadata is made anew from its owners");
        String known = cached == null ? null : cached.clusterId();
        Told last = null;
        while (true) {
            Survey survey = Survey.of(nodes, clients, ASK);
            Formation formation = FormationPolicy.decide(wanted, survey.heard(), known);
            var now = new Told(formation, survey.silence());
            boolean isNews = !now.equals(last);
            boolean isDecided = last != null && last.formation().equals(formation);
            last = now;
            switch (formation) {
                case Formation.Follow(String clusterId, var owners) -> {
                    if (isNews) log.atInfo().addKeyValue("cluster", clusterId).addKeyValue("owners", owners).log("following the owners of the cluster's metadata");
                    FollowedImage first = cached == null ? read(owners, deadline) : new FollowedImage(0, cached);
                    if (first != null) return follow(owners, own(first), cache);
                }
                case Formation.Form _, Formation.Seed _ when damage != null -> throw new ConfigException(damage + ", so there was a cluster, and no configured node"
                        + " keeps its metadata: bring its owners back; or remove the file to form a new cluster on empty nodes");
                case Formation.Form(UUID group, var owners) -> form(group, members(owners, survey.heard()), owners, owners, deadline);
                case Formation.Seed(UUID group, var owners, var there, var missing) -> form(group, owners, there, missing, deadline);
                case Formation.Wait(var unheard) -> {
                    if (cached != null) {
                        log.atWarn().addKeyValue("unheard", survey.why(unheard)).log("no owner of the cluster's metadata was heard: reads and writes go on by what was known last");
                        return follow(wanted, new FollowedImage(0, cached), cache);
                    }
                    String waiting = damage == null ? "a new cluster cannot be formed, because" : damage + ", and";
                    if (isNews) log.atWarn().addKeyValue("unheard", survey.why(unheard)).log("waiting for every configured node to be heard");
                    if (deadline.passed()) {
                        throw new ConfigException(waiting + " not every configured node was heard: " + survey.why(unheard) + "; mend that, or correct --cluster-config");
                    }
                }
                case Formation.Refuse(String reason) -> {
                    // Looked at twice: another coordinator may have formed the cluster between one node's word and the next one's.
                    if (isDecided || deadline.passed()) throw new ConfigException(reason);
                }
            }
            if (deadline.passed()) throw new ConfigException("the owners of the cluster's metadata did not get ready in time: " + survey.told()
                    + "; a majority of them must run and reach each other");
            sleep();
        }
    }

    /** A cluster none of whose members stands in this coordinator's file is another one, with which it shares an owner by mistake. */
    private FollowedImage own(FollowedImage found) {
        String foreign = FormationPolicy.foreign(found.image(), cluster);
        if (foreign != null) throw new ConfigException(foreign);
        return found;
    }

    private record Told(Formation formation, Map<NodeAddress, String> silence) {}

    private OwnersAuthority follow(List<NodeAddress> owners, FollowedImage first, StateFile cache) {
        return new OwnersAuthority(owners, nodes, first, proposer, clients, cache);
    }

    private @Nullable FollowedImage read(List<NodeAddress> owners, Deadline deadline) {
        for (NodeAddress owner : owners) {
            try {
                OwnerClient.Held held = clients.apply(owner).read(deadline.atMost(ASK));
                if (held.image() != null) return new FollowedImage(held.position(), held.image());
            } catch (LynseException next) {
                log.atInfo().addKeyValue("owner", owner).addKeyValue("reason", next.error().message()).log("the cluster's metadata cannot be read there");
            }
        }
        return null;
    }

    private static List<OwnerState.Owner> members(List<NodeAddress> owners, Map<NodeAddress, @Nullable OwnerState> heard) {
        var members = new ArrayList<OwnerState.Owner>();
        for (NodeAddress owner : owners) {
            members.add(new OwnerState.Owner(Objects.requireNonNull(heard.get(owner)).node(), owner.grpcAddress()));
        }
        return members;
    }

    /**
     * What fails is tried again with the next look at the nodes: each step is the same whoever takes it how often. Above all each owner is told
     * the same members: with different ones there could be two majorities.
     *
     * @param members of the group, heard or not
     * @param heard   those that answered
     * @param missing those of them that are to be told
     */
    private void form(UUID group, List<OwnerState.Owner> members, List<NodeAddress> heard, List<NodeAddress> missing, Deadline deadline) {
        try {
            for (NodeAddress owner : missing) clients.apply(owner).join(group, members, deadline.atMost(ASK));
            var id = new OwnerClient.ProposalId(proposer, Long.MAX_VALUE - proposals++);
            clients.apply(heard.getFirst()).form(id, cluster.firstImage(UUID.randomUUID().toString()), deadline.atMost(ASK));
            log.atInfo().addKeyValue("owners", members).log("cluster formed");
        } catch (LynseException again) {
            log.atInfo().addKeyValue("reason", again.error().message()).log("the cluster's metadata is being formed");
        }
    }

    private static void sleep() {
        try {
            Thread.sleep(AGAIN);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new ConfigException("stopped while the owners of the cluster's metadata were looked for");
        }
    }
}
