package io.lynse.coordinator.metadata;

import io.lynse.coordinator.shardclient.NodeAddress;
import io.lynse.coordinator.shardclient.OwnerClient;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Command;
import io.lynse.model.Deadline;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
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

    /** How long nothing is decided while no majority of the owners is heard, before whoever asked is told. */
    private static final Duration PATIENCE = Duration.ofMillis(2500);

    private final Function<NodeAddress, OwnerClient> clients;
    private final StateFile cache;
    private final byte[] proposer;
    private final AtomicLong proposals = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final OwnersWatch owners;
    private volatile FollowedImage followed;
    private volatile ClusterImage cached;
    private volatile boolean closed;
    private final List<Thread> threads;

    /**
     * @param known    the owners, as far as they are known
     * @param nodes    among whom they are looked for when none of those answers
     * @param first    the image to begin with
     * @param proposer 16 bytes, drawn at each start
     * @param cache    taken over, and closed with this
     */
    OwnersAuthority(
            List<NodeAddress> known, Collection<NodeAddress> nodes, FollowedImage first, byte[] proposer, Function<NodeAddress, OwnerClient> clients,
            StateFile cache) {
        this.clients = clients;
        this.cache = cache;
        this.proposer = proposer;
        this.followed = first;
        cache.write(first.image());
        this.cached = first.image();
        this.owners = new OwnersWatch(first.image().clusterId(), known, nodes, clients);
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

    /**
     * Owner after owner, until one answers. A refusal is an answer. While no majority is heard nothing is sent: a leader that has lost
     * its followers would keep a command in its log, and nobody could say what becomes of it.
     */
    private <T> T attempts(Deadline deadline, Attempt<T> attempt) {
        Deadline patience = Deadline.after(PATIENCE);
        boolean unknown = false;
        LynseError last = null;
        while (true) {
            for (NodeAddress owner : owners.health().decides() ? owners.inOrder() : List.<NodeAddress>of()) {
                try {
                    return attempt.at(clients.apply(owner), within(deadline, patience));
                } catch (LynseException failed) {
                    switch (failed.error()) {
                        case LynseError.Unavailable _, LynseError.Overloaded _, LynseError.DeadlineExceeded _ -> {}
                        case LynseError.OutcomeUnknown _ -> unknown = true;
                        default -> throw failed;
                    }
                    last = failed.error();
                }
                owners.suspect();
                if (isOver(deadline, patience)) break;
            }
            if (isOver(deadline, patience)) throw undecided(last, unknown);
            pause();
        }
    }

    /** No attempt goes on beyond the patience that began before it: by then it is known whether a majority is there. */
    private static Deadline within(Deadline deadline, Deadline patience) {
        Deadline attempt = deadline.atMost(ATTEMPT);
        return patience.passed() ? attempt : attempt.atMost(Duration.ofNanos(patience.remainingNanos()));
    }

    private boolean isOver(Deadline deadline, Deadline patience) {
        return closed || deadline.passed() || patience.passed() && !owners.health().decides() || Thread.currentThread().isInterrupted();
    }

    private LynseException undecided(@Nullable LynseError last, boolean unknown) {
        String reason = owners.health().undecided() + (last == null ? "" : " (the last answer: " + last.message() + ")");
        return new LynseException(unknown ? new LynseError.OutcomeUnknown(reason) : new LynseError.Unavailable(reason, Duration.ofSeconds(1)));
    }

    private void follow() {
        while (!closed) {
            for (NodeAddress owner : owners.inOrder()) {
                if (closed) return;
                try {
                    hear(owner);
                } catch (LynseException failed) {
                    if (closed || !owner.equals(owners.followed())) continue;
                    log.atInfo().addKeyValue("owner", owner).addKeyValue("reason", failed.error().message()).log("asking another owner of the cluster's metadata");
                } catch (RuntimeException failed) {
                    // Without this thread the image would be old for ever, and nobody would know.
                    log.atError().addKeyValue("owner", owner).setCause(failed).log("what an owner of the cluster's metadata told cannot be used");
                }
            }
            owners.follows(null);
            // Those met next may have begun a new log, where positions mean something else: they tell the whole image first.
            advance(now -> new FollowedImage(0, now.image()));
            pause();
        }
    }

    /** Until it fails. A confirmed read may overtake it: it is heard on from there then, as it need not tell the whole image again. */
    private void hear(NodeAddress owner) {
        boolean overtaken = true;
        while (overtaken && !closed) {
            overtaken = false;
            try {
                clients.apply(owner).watch(image().clusterId(), followed.position(), Deadline.after(WATCH), SILENCE, news -> {
                    owners.follows(owner);
                    advance(now -> now.after(news).orElseThrow(() -> now.overtook(news) ? new Overtaken() : behind()));
                });
            } catch (Overtaken _) {
                overtaken = true;
            }
        }
    }

    private static final class Overtaken extends RuntimeException {
        Overtaken() {
            super("a confirmed read was faster", null, false, false);
        }
    }

    /** The owner lags behind the local cache, or has left something out. */
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
        return owners.health().addresses().stream().map(NodeAddress::uri).toList();
    }

    @Override
    public OwnersHealth ownersHealth() {
        return owners.health();
    }

    @Override
    public void close() {
        closed = true;
        owners.close();
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
