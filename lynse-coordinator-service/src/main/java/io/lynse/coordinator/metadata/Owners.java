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
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;
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
    }

    /**
     * The authority over this cluster. With a cache of an earlier start it comes at once, reachable owners or not.
     *
     * @param cache    taken over
     * @param deadline until when owners are waited for
     * @throws ConfigException if they cannot be had: who answered what, and what to do
     */
    public OwnersAuthority authority(StateFile cache, Deadline deadline) {
        ClusterImage cached = cache.read().orElse(null);
        String known = cached == null ? null : cached.clusterId();
        Formation last = null;
        while (true) {
            Survey survey = ask();
            Map<NodeAddress, @Nullable OwnerState> heard = survey.heard();
            Formation formation = FormationPolicy.decide(wanted, heard, known);
            boolean isNews = !formation.equals(last);
            last = formation;
            switch (formation) {
                case Formation.Follow(String clusterId, var owners) -> {
                    if (isNews) log.atInfo().addKeyValue("cluster", clusterId).addKeyValue("owners", owners).log("following the owners of the cluster's metadata");
                    OwnersAuthority authority = follow(owners, cached, cache, deadline);
                    if (authority != null) return authority;
                }
                case Formation.Form(UUID group, var owners) -> form(group, owners, owners, heard, deadline);
                case Formation.Seed(UUID group, var owners, var missing) -> form(group, owners, missing, heard, deadline);
                case Formation.Wait(var unheard) -> {
                    if (cached != null) {
                        log.atWarn().addKeyValue("unheard", survey.why(unheard)).log("no owner of the cluster's metadata was heard: reads and writes go on by what was known last");
                        return new OwnersAuthority(wanted, this::places, new FollowedImage(0, cached), proposer, clients, cache);
                    }
                    if (isNews) log.atWarn().addKeyValue("unheard", survey.why(unheard)).log("a new cluster is formed when every configured node was heard");
                    if (deadline.passed()) {
                        throw new ConfigException("a new cluster cannot be formed, because not every configured node was heard: " + survey.why(unheard)
                                + "; mend that, or correct --cluster-config");
                    }
                }
                case Formation.Refuse(String reason) -> throw new ConfigException(reason);
            }
            if (deadline.passed()) throw new ConfigException("the owners of the cluster's metadata did not get ready in time: " + survey.told()
                    + "; a majority of them must run and reach each other");
            sleep();
        }
    }

    private List<NodeAddress> places(List<NodeAddress> known, String clusterId) {
        return FormationPolicy.decide(wanted, ask().heard(), clusterId) instanceof Formation.Follow(_, var owners) ? owners : known;
    }

    /**
     * What every configured node said.
     * @param heard   null: nothing
     * @param silence why it said nothing
     */
    private record Survey(Map<NodeAddress, @Nullable OwnerState> heard, Map<NodeAddress, String> silence) {

        String why(List<NodeAddress> unheard) {
            return unheard.stream().map(node -> silence.getOrDefault(node, node + " does not know yet what its group holds")).collect(Collectors.joining("; "));
        }

        String told() {
            var told = new ArrayList<String>();
            heard.forEach((node, state) -> told.add(
                    state == null ? why(List.of(node)) : node + (state.group() == null ? " keeps nothing" : " is " + state.role())));
            return String.join("; ", told);
        }
    }

    /** All at once: one that hangs delays nobody else's answer. The last time as long as before, so that the reason is the true one. */
    private Survey ask() {
        Deadline deadline = Deadline.after(ASK);
        Set<NodeAddress> all = new LinkedHashSet<>(wanted);
        for (ClusterConfig.Group group : cluster.groups()) {
            all.add(group.primary());
            group.replicas().forEach(replica -> all.add(replica.address()));
        }
        var answers = new LinkedHashMap<NodeAddress, Future<@Nullable OwnerState>>();
        var silence = new ConcurrentHashMap<NodeAddress, String>();
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (NodeAddress node : all) answers.put(node, callers.submit(() -> ask(node, silence, deadline)));
        }
        var heard = new LinkedHashMap<NodeAddress, @Nullable OwnerState>();
        answers.forEach((node, answer) -> heard.put(node, answer.resultNow()));
        return new Survey(heard, silence);
    }

    private @Nullable OwnerState ask(NodeAddress node, Map<NodeAddress, String> silence, Deadline deadline) {
        try {
            return clients.apply(node).describe(deadline);
        } catch (LynseException silent) {
            silence.put(node, silent.error().message());
            return null;
        }
    }

    private @Nullable OwnersAuthority follow(List<NodeAddress> owners, @Nullable ClusterImage cached, StateFile cache, Deadline deadline) {
        FollowedImage first = cached == null ? read(owners, deadline) : new FollowedImage(0, cached);
        return first == null ? null : new OwnersAuthority(owners, this::places, first, proposer, clients, cache);
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

    /** What fails is tried again with the next look at the nodes: each step is the same whoever takes it how often. */
    private void form(UUID group, List<NodeAddress> owners, List<NodeAddress> missing, Map<NodeAddress, @Nullable OwnerState> heard, Deadline deadline) {
        var members = new ArrayList<OwnerState.Owner>();
        for (NodeAddress owner : owners) {
            members.add(new OwnerState.Owner(Objects.requireNonNull(heard.get(owner)).node(), owner.grpcAddress()));
        }
        try {
            for (NodeAddress owner : missing) clients.apply(owner).join(group, members, deadline.atMost(ASK));
            var id = new OwnerClient.ProposalId(proposer, Long.MAX_VALUE - proposals++);
            clients.apply(owners.getFirst()).form(id, cluster.firstImage(UUID.randomUUID().toString()), deadline.atMost(ASK));
            log.atInfo().addKeyValue("owners", owners).log("cluster formed");
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
