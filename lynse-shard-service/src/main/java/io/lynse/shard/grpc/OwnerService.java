package io.lynse.shard.grpc;

import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.metadata.LeaseEpoch;
import io.lynse.metadata.wire.ChangeWire;
import io.lynse.metadata.wire.ImageWire;
import io.lynse.shard.owner.ImageHistory;
import io.lynse.shard.owner.MetadataOwner;
import io.lynse.shard.owner.Proposed;
import io.lynse.wire.v1.ChangeOwnersRequest;
import io.lynse.wire.v1.DescribeOwnerRequest;
import io.lynse.wire.v1.JoinOwnersRequest;
import io.lynse.wire.v1.MetadataOwnerGrpc;
import io.lynse.wire.v1.MissesLeaderReply;
import io.lynse.wire.v1.MissesLeaderRequest;
import io.lynse.wire.v1.Owner;
import io.lynse.wire.v1.OwnerReport;
import io.lynse.wire.v1.ProposeReply;
import io.lynse.wire.v1.ProposeRequest;
import io.lynse.wire.v1.ReadImageReply;
import io.lynse.wire.v1.ReadImageRequest;
import io.lynse.wire.v1.WatchEvent;
import io.lynse.wire.v1.WatchRequest;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The {@code MetadataOwner} service. What a node that does not lead is asked, it passes on to the one that leads, once. */
final class OwnerService extends MetadataOwnerGrpc.MetadataOwnerImplBase implements AutoCloseable {

    /** How often a follower hears of an owner that has nothing new, and how soon it is noticed that it has gone away. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);

    private final MetadataOwner owner;
    private final Supplier<@Nullable String> memberOf;
    private final Function<String, ManagedChannel> connect;
    private final Map<String, ManagedChannel> leaders = new ConcurrentHashMap<>();
    private volatile boolean stopping;

    /**
     * @param memberOf the cluster in which this node has its place; null: none
     * @param connect  opens a channel to {@code host:port}, with the cluster's key
     */
    OwnerService(MetadataOwner owner, Supplier<@Nullable String> memberOf, Function<String, ManagedChannel> connect) {
        this.owner = owner;
        this.memberOf = memberOf;
        this.connect = connect;
    }

    @Override
    public void describe(DescribeOwnerRequest request, StreamObserver<OwnerReport> reply) {
        Replies.answer(Replies.toleratingCancel(reply), () -> {
            String cluster = memberOf.get();
            return owner.describe().toBuilder().setMemberOf(cluster == null ? "" : cluster).build();
        });
    }

    /** On a thread of its own: it tries a connection, and Raft's few threads are for Raft. */
    @Override
    public void missesLeader(MissesLeaderRequest request, StreamObserver<MissesLeaderReply> reply) {
        var call = Replies.toleratingCancel(reply);
        Thread.ofVirtual().name("metadata-leader-missed").start(() -> Replies.answer(call, () -> owner.missesLeader(request)));
    }

    @Override
    public void propose(ProposeRequest request, StreamObserver<ProposeReply> reply) {
        var call = Replies.toleratingCancel(reply);
        Context context = Context.current(); // its deadline goes along
        answer(call, () -> {
            if (request.getProposerId().size() != 16) throw new LynseException(LynseError.invalid("proposer_id", "must have 16 bytes"));
            return owner.propose(request.getProposerId().toByteArray(), request.getProposalId(), request.getEntry());
        }, proposed -> {
            switch (proposed) {
                case Proposed.Decided(ProposeReply decided) -> done(call, decided);
                case Proposed.Elsewhere(Owner leader) -> {
                    if (request.getPassedOn()) throw electing();
                    context.run(() -> MetadataOwnerGrpc.newStub(to(leader)).propose(request.toBuilder().setPassedOn(true).build(), passing(call, leader)));
                }
            }
        });
    }

    @Override
    public void read(ReadImageRequest request, StreamObserver<ReadImageReply> reply) {
        var call = Replies.toleratingCancel(reply);
        answer(call, () -> request.getStale() ? CompletableFuture.completedFuture(owner.readHere()) : owner.read(), image -> done(call, image));
    }

    @Override
    public void join(JoinOwnersRequest request, StreamObserver<OwnerReport> reply) {
        var call = Replies.toleratingCancel(reply);
        Replies.answer(call, () -> owner.join(Replies.decoded("group_id", () -> UUID.fromString(request.getGroupId())), request.getOwnersList()));
    }

    @Override
    public void changeOwners(ChangeOwnersRequest request, StreamObserver<OwnerReport> reply) {
        var call = Replies.toleratingCancel(reply);
        Context context = Context.current();
        LeaseEpoch lease = request.hasUnderLease() ? new LeaseEpoch(request.getUnderLease()) : null;
        answer(call, () -> owner.change(request.getExpectedList(), request.getOwnersList(), lease), changed -> {
            Owner leader = changed.leader();
            if (leader == null) {
                done(call, changed.report());
                return;
            }
            if (request.getPassedOn() && !changed.handedOver()) throw electing();
            var further = request.toBuilder().setPassedOn(true);
            if (changed.handedOver()) further.clearExpected().addAllExpected(changed.report().getOwnersList()); // those expected, or steps on
            context.run(() -> MetadataOwnerGrpc.newStub(to(leader)).changeOwners(further.build(), passing(call, leader)));
        });
    }

    /** On a thread of its own, so that the call can tell meanwhile that its caller has gone away, or has room again. */
    @Override
    public void watch(WatchRequest request, StreamObserver<WatchEvent> reply) {
        var call = Replies.toleratingCancel(reply);
        var ready = new Semaphore(0);
        call.setOnReadyHandler(ready::release);
        Thread.ofVirtual().name("metadata-watch").start(() -> {
            try {
                tell(request, call, ready);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException failure) {
                if (!call.isCancelled()) call.onError(Replies.status(failure));
            }
        });
    }

    private void tell(WatchRequest request, ServerCallStreamObserver<WatchEvent> call, Semaphore ready) throws InterruptedException {
        long position = request.getAfter();
        while (!call.isCancelled()) {
            if (stopping) throw new LynseException(new LynseError.Unavailable("this node stops", Duration.ofSeconds(1)));
            owner.requireLed();
            requireSameCluster(request.getClusterId());
            if (!call.isReady()) {
                // What a slow follower has not taken yet is not piled up here: it gets the sum of it later.
                ready.tryAcquire(HEARTBEAT.toMillis(), TimeUnit.MILLISECONDS);
                continue;
            }
            ImageHistory.News news = owner.history().after(position, HEARTBEAT.toNanos());
            call.onNext(event(news));
            position = news.position();
        }
    }

    private void requireSameCluster(String wanted) {
        var image = owner.history().held().image();
        if (image == null || wanted.isEmpty() || wanted.equals(image.clusterId())) return;
        throw new LynseException(new LynseError.Conflict("this node keeps the metadata of cluster " + image.clusterId() + ", not of " + wanted));
    }

    private static WatchEvent event(ImageHistory.News news) {
        var out = WatchEvent.newBuilder().setPosition(news.position());
        return switch (news) {
            case ImageHistory.News.Whole(_, var image) -> out.setImage(ImageWire.image(image)).build();
            case ImageHistory.News.Changes(_, var records) -> out.setChanges(ChangeWire.changes(records)).build();
        };
    }

    private static LynseException electing() {
        return new LynseException(new LynseError.Unavailable("the owners of the cluster's metadata are choosing a leader", Duration.ofMillis(200)));
    }

    private ManagedChannel to(Owner leader) {
        return leaders.computeIfAbsent(leader.getAddress(), connect);
    }

    /** The leader's answer becomes this call's. A leader that cannot be reached is tried again at once by the next call. */
    private <R> StreamObserver<R> passing(ServerCallStreamObserver<R> call, Owner leader) {
        return new StreamObserver<>() {
            @Override
            public void onNext(R answer) {
                call.onNext(answer);
            }

            @Override
            public void onError(Throwable failure) {
                if (Status.fromThrowable(failure).getCode() == Status.Code.UNAVAILABLE) to(leader).resetConnectBackoff();
                call.onError(failure);
            }

            @Override
            public void onCompleted() {
                call.onCompleted();
            }
        };
    }

    private static <R> void done(StreamObserver<R> call, R answer) {
        call.onNext(answer);
        call.onCompleted();
    }

    private static <T> void answer(StreamObserver<?> call, Supplier<CompletableFuture<T>> work, Consumer<T> then) {
        try {
            work.get().thenAccept(then).exceptionally(failure -> {
                call.onError(Replies.status(plain(failure)));
                return null;
            });
        } catch (RuntimeException failure) {
            call.onError(Replies.status(failure));
        }
    }

    private static RuntimeException plain(Throwable failure) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
    }

    /** Ends what would go on for hours. */
    void endWatches() {
        stopping = true;
    }

    @Override
    public void close() {
        endWatches();
        leaders.values().forEach(ManagedChannel::shutdownNow);
    }
}
