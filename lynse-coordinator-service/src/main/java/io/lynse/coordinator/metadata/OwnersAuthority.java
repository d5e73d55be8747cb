package io.lynse.coordinator.metadata;

import io.lynse.coordinator.shardclient.NodeAddress;
import io.lynse.coordinator.shardclient.OwnerClient;
import io.lynse.coordinator.shardclient.OwnerState;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Command;
import io.lynse.model.Deadline;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Metadata that a Raft group of shard nodes decides. One thread follows their log, any owner's; another keeps the local cache up with
 * the image. Proposals and confirmed reads go to whichever owner answers.
 */
public final class OwnersAuthority implements MetadataAuthority {

    private static final Logger log = LoggerFactory.getLogger(OwnersAuthority.class);
    private static final Duration WATCH = Duration.ofMinutes(10);
    private static final Duration SILENCE = Duration.ofSeconds(3);
    private static final Duration PAUSE = Duration.ofMillis(100);

    /** The cache is written for a fifth of the time at most. */
    private static final int CACHE_REST = 4;

    /** By how much the watch may be behind what was decided before it is asked for. */
    private static final Duration LAG = Duration.ofSeconds(1);

    /** Of one attempt at one owner: another one is asked while there is still time. */
    private static final Duration ATTEMPT = Duration.ofSeconds(2);

    /**
     * After this time without a word of an owner that hears a leader it is asked whether there can be one. Such an owner speaks once a second,
     * and the choice of another leader takes about one.
     */
    private static final Duration LEADERLESS = Duration.ofSeconds(2);

    /** For a node to say that it is there. */
    private static final Duration LOOK = Duration.ofMillis(500);

    /** Who the owners are. They change, and a coordinator that starts from its cache may not know them yet. */
    interface Places {
        /** @param known as they were known last; the answer when nobody tells of others */
        List<NodeAddress> now(List<NodeAddress> known, String clusterId);
    }

    private final Function<NodeAddress, OwnerClient> clients;
    private final StateFile cache;
    private final byte[] proposer;
    private final AtomicLong proposals = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Places places;
    private volatile List<NodeAddress> owners;
    private volatile FollowedImage followed;
    private volatile ClusterImage cached;
    private volatile @Nullable NodeAddress heardFrom;
    private volatile long heardAt = System.nanoTime();
    private volatile boolean closed;
    private final List<Thread> threads;

    /**
     * @param owners   as far as they are known
     * @param places   looks for them anew when none of those answers
     * @param first    the image to begin with
     * @param proposer 16 bytes, drawn at each start
     * @param cache    taken over, and closed with this
     */
    OwnersAuthority(
            List<NodeAddress> owners, Places places, FollowedImage first, byte[] proposer, Function<NodeAddress, OwnerClient> clients, StateFile cache) {
        this.owners = List.copyOf(owners);
        this.places = places;
        this.clients = clients;
        this.cache = cache;
        this.proposer = proposer;
        this.followed = first;
        cache.write(first.image());
        this.cached = first.image();
        this.threads = List.of(Thread.ofVirtual().name("metadata-watch").start(this::follow), Thread.ofVirtual().name("metadata-cache").start(this::keepCache));
    }

    @Override
    public ClusterImage image() {
        return followed.image();
    }

    @Override
    public ClusterImage newerThan(ClusterImage known, Deadline deadline) {
        return await(now -> now.image().metaEpoch() > known.metaEpoch(), deadline).image();
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // images are large, and each change makes another one
    public ClusterImage otherThan(ClusterImage known, Deadline deadline) {
        return await(now -> now.image() != known, deadline).image();
    }

    private interface Wanted {
        boolean by(FollowedImage now);
    }

    private FollowedImage await(Wanted wanted, Deadline deadline) {
        lock.lock();
        try {
            while (!wanted.by(followed)) {
                if (changed.awaitNanos(deadline.remainingNanos()) <= 0) break;
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        return followed;
    }

    @Override
    public ClusterImage confirmed(Deadline deadline) {
        return attempts(deadline, (owner, within) -> {
            OwnerClient.Held held = owner.read(within);
            ClusterImage image = Objects.requireNonNull(held.image(), "an owner of a formed cluster has its image");
            return advance(now -> now.newer(held.position(), image)).image();
        });
    }

    @Override
    public Accepted propose(Command command, Deadline deadline) {
        var id = new OwnerClient.ProposalId(proposer, proposals.incrementAndGet());
        OwnerClient.Decided decided = attempts(deadline, (owner, within) -> owner.propose(id, command, within));
        FollowedImage now = await(image -> image.position() >= decided.position(), deadline.atMost(LAG));
        // Whoever asked must not go on with an image that does not show it.
        return new Accepted(decided.records(), now.position() >= decided.position() ? now.image() : confirmedAfter(decided, deadline));
    }

    private ClusterImage confirmedAfter(OwnerClient.Decided decided, Deadline deadline) {
        try {
            return confirmed(deadline);
        } catch (LynseException untold) {
            throw new LynseException(new LynseError.OutcomeUnknown("change " + decided.position() + " of the cluster's metadata was decided, but cannot be read: "
                    + untold.error().message()), untold);
        }
    }

    private interface Attempt<T> {
        T at(OwnerClient owner, Deadline within);
    }

    /** Owner after owner, until one answers, the time is up or a majority of them is lost. A refusal is an answer. */
    private <T> T attempts(Deadline deadline, Attempt<T> attempt) {
        var failures = new LinkedHashMap<NodeAddress, LynseError>();
        boolean unknown = false;
        while (true) {
            for (NodeAddress owner : inOrder()) {
                try {
                    return attempt.at(clients.apply(owner), deadline.atMost(ATTEMPT));
                } catch (LynseException failed) {
                    switch (failed.error()) {
                        case LynseError.Unavailable _, LynseError.Overloaded _, LynseError.DeadlineExceeded _ -> {}
                        case LynseError.OutcomeUnknown _ -> unknown = true;
                        default -> throw failed;
                    }
                    failures.put(owner, failed.error());
                }
                if (deadline.remainingNanos() <= 0) throw undecided(failures, unknown);
            }
            if (System.nanoTime() - heardAt > LEADERLESS.toNanos() && !majorityAnswers()) throw undecided(failures, unknown);
            pause();
            if (closed || deadline.passed() || Thread.currentThread().isInterrupted()) throw undecided(failures, unknown);
        }
    }

    /** Whether enough owners are there to choose a leader, if they reach each other. */
    private boolean majorityAnswers() {
        List<NodeAddress> asked = owners;
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> answers = asked.stream().map(owner -> callers.submit(() -> answers(owner))).toList();
            long there = 0;
            for (Future<Boolean> answer : answers) {
                if (answer.get()) there++;
            }
            return there > asked.size() / 2;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException bug) {
            throw new IllegalStateException("an owner was asked in an unforeseen way", bug.getCause());
        }
    }

    private boolean answers(NodeAddress owner) {
        try {
            OwnerState state = clients.apply(owner).describe(Deadline.after(LOOK));
            return state.group() != null && !state.closed();
        } catch (LynseException away) {
            return false;
        }
    }

    private static LynseException undecided(Map<NodeAddress, LynseError> failures, boolean unknown) {
        var told = new ArrayList<String>();
        failures.forEach((owner, error) -> told.add(owner + ": " + error.message()));
        String reason = "the owners of the cluster's metadata cannot decide now (" + String.join("; ", told)
                + "): a majority of them must run and reach each other; what needs no change of the metadata is still served";
        return new LynseException(unknown ? new LynseError.OutcomeUnknown(reason) : new LynseError.Unavailable(reason, Duration.ofSeconds(1)));
    }

    /** The one that was heard last first. */
    private List<NodeAddress> inOrder() {
        NodeAddress heard = heardFrom;
        if (heard == null || !owners.contains(heard)) return owners;
        var ordered = new ArrayList<>(owners);
        ordered.remove(heard);
        ordered.addFirst(heard);
        return ordered;
    }

    private void follow() {
        while (!closed) {
            for (NodeAddress owner : inOrder()) {
                if (closed) return;
                try {
                    clients.apply(owner).watch(image().clusterId(), followed.position(), Deadline.after(WATCH), SILENCE, news -> {
                        heardFrom = owner;
                        heardAt = System.nanoTime();
                        advance(now -> now.after(news).orElseThrow(OwnersAuthority::behind));
                    });
                } catch (LynseException failed) {
                    if (closed || !owner.equals(heardFrom)) continue;
                    log.atInfo().addKeyValue("owner", owner).addKeyValue("reason", failed.error().message()).log("asking another owner of the cluster's metadata");
                } catch (RuntimeException failed) {
                    // Without this thread the image would be old for ever, and nobody would know.
                    log.atError().addKeyValue("owner", owner).setCause(failed).log("what an owner of the cluster's metadata told cannot be used");
                }
            }
            heardFrom = null;
            owners = places.now(owners, image().clusterId());
            // Those met next may have begun a new log, where positions mean something else: they tell the whole image first.
            advance(now -> new FollowedImage(0, now.image()));
            pause();
        }
    }

    /** A confirmed read has overtaken the watch, or the owner lags behind the local cache. */
    private static LynseException behind() {
        return new LynseException(new LynseError.Unavailable("what it tells does not continue what is known", PAUSE));
    }

    private FollowedImage advance(UnaryOperator<FollowedImage> step) {
        lock.lock();
        try {
            FollowedImage next = step.apply(followed);
            if (next != followed) {
                followed = next;
                changed.signalAll();
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** Behind the image by some writes of the file: of a large image each costs its time, and every id block that is given out makes another image. */
    private void keepCache() {
        while (!closed) {
            newerThan(cached, Deadline.after(WATCH));
            long start = System.nanoTime();
            writeCache();
            rest((System.nanoTime() - start) * CACHE_REST);
        }
    }

    private void rest(long nanos) {
        try {
            if (!closed) TimeUnit.NANOSECONDS.sleep(nanos);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void writeCache() {
        ClusterImage image = image();
        if (image.metaEpoch() <= cached.metaEpoch()) return;
        try {
            cache.write(image);
            cached = image;
        } catch (UncheckedIOException failed) {
            // A restart begins with an older image then, and hears the rest.
            if (!closed) log.atError().addKeyValue("path", cache.path()).setCause(failed).log("the cache of the cluster's metadata cannot be written");
            pause();
        }
    }

    private void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public List<String> owners() {
        return owners.stream().map(NodeAddress::uri).toList();
    }

    @Override
    public Map<String, Object> status() {
        NodeAddress heard = heardFrom;
        return Map.of(
                "mode", owners.size() == 1 ? "single" : "replicated",
                "replicated", owners.size() > 1,
                "owners", owners(),
                "connected_owner", heard == null ? "" : heard.uri(),
                "cache_path", cache.path().toString());
    }

    @Override
    public void close() {
        closed = true;
        threads.forEach(Thread::interrupt);
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException hurried) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        writeCache();
        cache.close();
    }
}
