package io.lynse.coordinator.owners;

import io.lynse.coordinator.shardclient.NodeAddress;
import io.lynse.coordinator.shardclient.OwnerClient;
import io.lynse.coordinator.shardclient.OwnerState;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.LeaseEpoch;
import io.lynse.metadata.MemberImage;
import io.lynse.model.Deadline;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at every node once in a while, tells how the owners of the metadata are, and, while this coordinator leads, makes the change that
 * {@link OwnerRepair} finds. Changes that an operator asks for go through here, too, so that there is one at a time.
 */
public final class OwnerKeeper implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(OwnerKeeper.class);
    private static final Duration ASK = Duration.ofSeconds(2);

    /** A newcomer is given the whole image before it counts. */
    private static final Duration CHANGE = Duration.ofSeconds(30);

    private final Supplier<ClusterImage> image;
    private final List<NodeAddress> configured;
    private final List<NodeAddress> others;
    private final Function<NodeAddress, OwnerClient> clients;
    private final Supplier<Optional<LeaseEpoch>> leads;
    private final Duration interval;
    private final ReentrantLock changing = new ReentrantLock();
    private @Nullable Thread looking;
    private volatile boolean closed;
    private volatile @Nullable Committed known;
    private volatile OwnersStatus status = OwnersStatus.UNKNOWN;
    private OwnersStatus told = OwnersStatus.UNKNOWN; // under the lock

    /**
     * @param image      the newest one known here
     * @param configured whom the configuration names as owners: the first to be added where one is missing
     * @param others     nodes of the configuration, known before they are members of any group
     * @param leads      the lease epoch under which this coordinator may change something at this moment; empty: it may not
     * @param interval   between two looks
     */
    public OwnerKeeper(
            Supplier<ClusterImage> image, List<NodeAddress> configured, List<NodeAddress> others, Function<NodeAddress, OwnerClient> clients,
            Supplier<Optional<LeaseEpoch>> leads, Duration interval) {
        this.image = image;
        this.configured = List.copyOf(configured);
        this.others = List.copyOf(others);
        this.clients = clients;
        this.leads = leads;
        this.interval = interval;
    }

    public synchronized void start() {
        looking = Thread.ofVirtual().name("metadata-owners").start(this::keep);
    }

    public OwnersStatus status() {
        return status;
    }

    /**
     * Makes those nodes the owners.
     * @return the owners after it
     * @throws LynseException InvalidArgument or Conflict: nothing was changed; Unavailable or OutcomeUnknown: the owners may be on the way, and
     *     asking again goes on from there. Unavailable also if another change is being made until the deadline
     */
    public OwnersStatus change(List<NodeAddress> owners, Deadline deadline) {
        requireLead();
        begin(deadline);
        try {
            LeaseEpoch lease = requireLead(); // it may have been lost while another change was made
            Look look = look();
            Committed now = look.now();
            if (now == null) throw new LynseException(new LynseError.Unavailable("no owner of the cluster's metadata answers", ASK));
            make(OwnerChoice.of(owners, now, nodes(), look.heard()), lease, deadline);
            look();
            return status;
        } finally {
            changing.unlock();
        }
    }

    private LeaseEpoch requireLead() {
        return leads.get().orElseThrow(() -> new LynseException(new LynseError.Unavailable("no active coordinator leader is available", ASK)));
    }

    /** Takes the lock, or says that it is taken. */
    private void begin(Deadline deadline) {
        try {
            if (changing.tryLock(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) return;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        throw new LynseException(new LynseError.Unavailable("another change of the metadata's owners is being made", ASK));
    }

    private void keep() {
        while (!closed) {
            try {
                Thread.sleep(interval);
                if (changing.tryLock()) lookAndMend();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return;
            } catch (LynseException failed) {
                log.atWarn().addKeyValue("reason", failed.error().message()).log("the owners of the cluster's metadata could not be repaired yet");
            } catch (RuntimeException failed) {
                // Without this thread a lost disk would stay lost, and nobody would know.
                log.atError().setCause(failed).log("the owners of the cluster's metadata could not be looked at");
            }
        }
    }

    private void lookAndMend() {
        try {
            Optional<LeaseEpoch> lease = leads.get(); // before the look: what was seen under one lease is not done under the next
            OwnerChange change = look().finding().change();
            if (change == null || lease.isEmpty()) return;
            log.atWarn().addKeyValue("owners", change.expected()).addKeyValue("next", change.wanted()).log("the owners of the cluster's metadata are repaired");
            make(change, lease.get(), Deadline.after(CHANGE));
            look();
        } finally {
            changing.unlock();
        }
    }

    private record Look(@Nullable Committed now, Map<String, OwnerState> heard, OwnerRepair.Finding finding) {}

    private Look look() {
        Set<NodeAddress> nodes = nodes();
        Map<String, OwnerState> heard = ask(nodes);
        Committed now = Committed.newest(image.get().clusterId(), heard.values()).orElse(known);
        if (now == null) {
            status = new OwnersStatus(List.of(), List.of("no owner of the cluster's metadata answers"), List.of());
            return new Look(null, heard, new OwnerRepair.Finding(status.troubles(), null));
        }
        known = now;
        OwnerRepair.Finding finding = OwnerRepair.decide(now, heard, nodes.stream().map(NodeAddress::grpcAddress).toList());
        status = OwnersStatus.of(now, finding.troubles(), heard, configured, address -> nodes.stream().filter(node -> node.grpcAddress().equals(address)).findFirst().orElse(null));
        tell(status);
        return new Look(now, heard, finding);
    }

    private void tell(OwnersStatus now) {
        OwnersStatus before = told;
        told = now;
        if (!now.troubles().equals(before.troubles())) {
            if (now.degraded()) log.atWarn().addKeyValue("reasons", now.troubles()).log("the cluster's metadata is degraded");
            else log.atInfo().log("the owners of the cluster's metadata are well again");
        }
        if (!now.warnings().equals(before.warnings())) now.warnings().forEach(log::warn);
    }

    private Set<NodeAddress> nodes() {
        var nodes = new LinkedHashSet<>(configured);
        nodes.addAll(others);
        image.get().groups().values().stream().flatMap(group -> group.members().stream()).map(MemberImage::uri).map(NodeAddress::parse).forEach(nodes::add);
        return nodes;
    }

    /** All at once: one that hangs delays nobody else's answer. */
    private Map<String, OwnerState> ask(Set<NodeAddress> nodes) {
        Deadline deadline = Deadline.after(ASK);
        var answers = new LinkedHashMap<NodeAddress, Future<@Nullable OwnerState>>();
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (NodeAddress node : nodes) answers.put(node, callers.submit(() -> ask(node, deadline)));
        }
        var heard = new LinkedHashMap<String, OwnerState>();
        answers.forEach((node, answer) -> {
            OwnerState state = answer.resultNow();
            if (state != null) heard.put(node.grpcAddress(), state);
        });
        return heard;
    }

    private @Nullable OwnerState ask(NodeAddress node, Deadline deadline) {
        try {
            return clients.apply(node).describe(deadline);
        } catch (LynseException silent) {
            return null;
        }
    }

    private void make(OwnerChange change, LeaseEpoch lease, Deadline deadline) {
        Set<NodeAddress> nodes = nodes();
        for (OwnerState.Owner newcomer : change.joining()) at(newcomer, nodes).join(change.group(), List.of(), deadline.atMost(ASK));
        LynseException failed = null;
        for (OwnerState.Owner owner : change.asked()) {
            try {
                at(owner, nodes).change(change.expected(), change.wanted(), lease, deadline);
                return;
            } catch (LynseException next) {
                // Whoever is asked second may find the owners half way: what the first one said is the reason.
                if (!(next.error() instanceof LynseError.Unavailable)) throw failed != null ? failed : next;
                if (failed == null) failed = next;
            }
        }
        throw failed != null ? failed : new LynseException(new LynseError.Unavailable("no owner of the cluster's metadata is known", ASK));
    }

    private OwnerClient at(OwnerState.Owner owner, Set<NodeAddress> nodes) {
        return nodes.stream().filter(node -> node.grpcAddress().equals(owner.address())).findFirst().map(clients)
                .orElseThrow(() -> new LynseException(new LynseError.Unavailable("the owner at " + owner.address() + " is no node of this cluster's configuration", ASK)));
    }

    @Override
    public synchronized void close() throws InterruptedException {
        closed = true;
        if (looking == null) return;
        looking.interrupt();
        looking.join();
    }
}
