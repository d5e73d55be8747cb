package io.lynse.shard.owner;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.lynse.wire.v1.MetadataOwnerGrpc;
import io.lynse.wire.v1.MissesLeaderReply;
import io.lynse.wire.v1.MissesLeaderRequest;
import io.lynse.wire.v1.Owner;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a connection to the owner that leads. When it breaks and a fresh one is refused, nobody listens there any more, which is known at once:
 * the others are asked whether they are refused too, and {@link Succession} says who stands for election. At most once in a term.
 */
final class LeaderWatch implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LeaderWatch.class);
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Duration REFUSAL = Duration.ofMillis(200);
    private static final Duration ANSWER = Duration.ofMillis(500);

    /** What Raft knows here. */
    interface Raft {
        /** Empty: this node follows nobody. */
        Optional<Led> led();

        /** Asks for votes, whether or not the leader's time is over. */
        void stand(Led led);
    }

    /** @param owners all of the group @param end of the log here */
    record Led(UUID group, long term, Owner leader, List<Owner> owners, Succession.End end) {}

    private final String self;
    private final Raft raft;
    private final Function<String, ManagedChannel> connect;
    private final Thread watching;
    private volatile boolean closed;
    private @Nullable String address;
    private @Nullable ManagedChannel channel;
    private long stoodInTerm = -1;

    LeaderWatch(String self, Raft raft, Function<String, ManagedChannel> connect) {
        this.self = self;
        this.raft = raft;
        this.connect = connect;
        this.watching = Thread.ofVirtual().name("metadata-leader").start(this::watch);
    }

    private void watch() {
        try {
            while (!closed) {
                Thread.sleep(LOOK);
                try {
                    raft.led().ifPresent(this::look);
                } catch (RuntimeException again) {
                    log.atWarn().setCause(again).log("the leader of the cluster's metadata cannot be watched");
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            connectTo(null);
        }
    }

    private void look(Led led) {
        ManagedChannel kept = connectTo(led.leader().getAddress());
        if (kept == null || kept.getState(true) == ConnectivityState.READY || led.term() == stoodInTerm) return;
        if (!refuses(led.leader().getAddress())) return;
        Map<String, Succession.Word> words = ask(led);
        switch (Succession.decide(self, led.end(), led.leader().getNodeId(), led.owners().stream().map(Owner::getNodeId).toList(), words)) {
            case STAND -> {
                stoodInTerm = led.term();
                log.atInfo().addKeyValue("leader", led.leader().getNodeId()).addKeyValue("term", led.term()).log("the leader of the cluster's metadata refuses its owners: voting at once");
                raft.stand(led);
            }
            case LEAVE_TO_ANOTHER, WAIT -> {}
        }
    }

    /** @param wanted null: nobody */
    private @Nullable ManagedChannel connectTo(@Nullable String wanted) {
        if (channel != null && !channel.isShutdown() && address != null && address.equals(wanted)) return channel;
        if (channel != null) channel.shutdownNow();
        address = wanted;
        channel = wanted == null ? null : connect.apply(wanted);
        return channel;
    }

    /** What this owner says when another one asks. Blocks for a short time. */
    MissesLeaderReply word(MissesLeaderRequest asked) {
        var out = MissesLeaderReply.newBuilder();
        raft.led().filter(led -> led.group().toString().equals(asked.getGroupId()) && led.term() == asked.getTerm()
                && led.leader().getNodeId().equals(asked.getLeaderId()) && refuses(led.leader().getAddress()))
                .ifPresent(led -> out.setMissed(true).setLastTerm(led.end().term()).setLastIndex(led.end().index()));
        return out.build();
    }

    /** Whether the machine at the address itself says that nobody listens there. A fresh connection: a channel tells what it met some time ago. */
    static boolean refuses(String address) {
        int colon = address.lastIndexOf(':');
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))), Math.toIntExact(REFUSAL.toMillis()));
            return false;
        } catch (ConnectException failed) {
            return String.valueOf(failed.getMessage()).contains("Connection refused");
        } catch (IOException | IllegalArgumentException unknown) {
            return false;
        }
    }

    /** All at once: one that hangs delays nobody else's answer. */
    private Map<String, Succession.Word> ask(Led led) {
        var request = MissesLeaderRequest.newBuilder().setGroupId(led.group().toString()).setLeaderId(led.leader().getNodeId()).setTerm(led.term()).build();
        var channels = new HashMap<String, ManagedChannel>();
        var answers = new HashMap<String, CompletableFuture<MissesLeaderReply>>();
        for (Owner owner : led.owners()) {
            if (owner.getNodeId().equals(self) || owner.equals(led.leader())) continue;
            ManagedChannel there = connect.apply(owner.getAddress());
            channels.put(owner.getNodeId(), there);
            var answer = new CompletableFuture<MissesLeaderReply>();
            answers.put(owner.getNodeId(), answer);
            MetadataOwnerGrpc.newStub(there).withDeadlineAfter(ANSWER.toMillis(), TimeUnit.MILLISECONDS).missesLeader(request, completing(answer));
        }
        try {
            var words = new HashMap<String, Succession.Word>();
            answers.forEach((owner, answer) -> reply(answer).ifPresent(
                    word -> words.put(owner, new Succession.Word(word.getMissed(), new Succession.End(word.getLastTerm(), word.getLastIndex())))));
            return words;
        } finally {
            channels.values().forEach(ManagedChannel::shutdownNow);
        }
    }

    private static Optional<MissesLeaderReply> reply(CompletableFuture<MissesLeaderReply> answer) {
        try {
            return Optional.of(answer.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException | TimeoutException silent) {
            return Optional.empty();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static <T> StreamObserver<T> completing(CompletableFuture<T> answer) {
        return new StreamObserver<>() {
            @Override
            public void onNext(T reply) {
                answer.complete(reply);
            }

            @Override
            public void onError(Throwable failed) {
                answer.completeExceptionally(failed);
            }

            @Override
            public void onCompleted() {
                answer.completeExceptionally(Status.INTERNAL.withDescription("no answer").asException()); // where there was one, it stays
            }
        };
    }

    @Override
    public void close() {
        closed = true;
        watching.interrupt();
    }
}
