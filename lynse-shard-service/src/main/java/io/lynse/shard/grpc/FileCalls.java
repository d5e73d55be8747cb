package io.lynse.shard.grpc;

import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.lynse.engine.copy.CheckpointFile;
import io.lynse.engine.copy.CheckpointList;
import io.lynse.engine.copy.IncomingFiles.Missing;
import io.lynse.error.GrpcErrors;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.Lsn;
import io.lynse.model.NodeId;
import io.lynse.shard.membership.Fence;
import io.lynse.shard.recovery.Giver;
import io.lynse.shard.recovery.Givers;
import io.lynse.wire.v1.CheckpointFilesGrpc;
import io.lynse.wire.v1.CheckpointFilesGrpc.CheckpointFilesBlockingStub;
import io.lynse.wire.v1.FetchRequest;
import io.lynse.wire.v1.FilePiece;
import io.lynse.wire.v1.HeldCheckpoint;
import io.lynse.wire.v1.HeldFile;
import io.lynse.wire.v1.HeldFiles;
import io.lynse.wire.v1.HoldRequest;
import io.lynse.wire.v1.WantedBytes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/** Calls of the {@code CheckpointFiles} service of other members, over one channel each. */
public final class FileCalls implements Givers, AutoCloseable {

    private static final Duration HOLD_DEADLINE = Duration.ofMinutes(2); // the giver writes what it has not in files
    private static final Duration FETCH_DEADLINE = Duration.ofSeconds(30); // what came until then counts
    private static final Duration SHORT_DEADLINE = Duration.ofSeconds(5);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final NodeId self;
    private final Function<String, ManagedChannel> connect;
    private final Map<String, ManagedChannel> channels = new ConcurrentHashMap<>();

    /** @param connect opens a channel to {@code host:port}, with the cluster's key */
    public FileCalls(NodeId self, Function<String, ManagedChannel> connect) {
        this.self = self;
        this.connect = connect;
    }

    /**
     * The member at an address as one that gives its files.
     *
     * @param address {@code host:port} of its gRPC
     * @param fence   the epoch in which it is the primary
     */
    public Giver at(String address, Fence fence) {
        return new Calls(() -> CheckpointFilesGrpc.newBlockingStub(channels.computeIfAbsent(address, connect)), fence, self);
    }

    @Override
    public Giver of(String uri, Fence fence) {
        return at(NodeChannels.address(uri), fence);
    }

    @Override
    public void close() {
        channels.values().forEach(ManagedChannel::shutdownNow);
    }

    private record Calls(Supplier<CheckpointFilesBlockingStub> stub, Fence fence, NodeId self) implements Giver {

        @Override
        public Held hold(boolean anew) {
            var request = HoldRequest.newBuilder()
                    .setFence(io.lynse.wire.v1.Fence.newBuilder().setGroup(fence.group().value()).setPrimaryEpoch(fence.epoch().value()))
                    .setNodeId(self.value())
                    .setAnew(anew)
                    .build();
            return told(() -> held(within(HOLD_DEADLINE).hold(request)));
        }

        private static Held held(Iterator<HeldFiles> parts) {
            String id = "";
            long lsn = 0;
            int count = 0;
            var files = new ArrayList<CheckpointFile>();
            while (parts.hasNext()) {
                HeldFiles part = parts.next();
                id = part.getCheckpointId();
                lsn = part.getLsn();
                count = part.getFileCount();
                for (HeldFile file : part.getFilesList()) {
                    files.add(new CheckpointFile(file.getPath(), file.getBytes(), file.getSummedBytes(), file.getCrc32()));
                }
            }
            if (files.size() != count) throw new IllegalArgumentException("the list has " + files.size() + " of " + count + " files");
            return new Held(id, new CheckpointList(new Lsn(lsn), files));
        }

        @Override
        public void fetch(String id, List<Missing> wanted, Pieces pieces) {
            var request = FetchRequest.newBuilder().setCheckpointId(id);
            for (Missing each : wanted) request.addWanted(WantedBytes.newBuilder().setFile(each.file()).setOffset(each.from()).setBytes(each.bytes()));
            var context = Context.current().withCancellation();
            Context before = context.attach();
            try {
                told(() -> take(within(FETCH_DEADLINE).fetch(request.build()), pieces));
            } finally {
                context.detach(before);
                context.cancel(null); // whoever takes the pieces may want no more
            }
        }

        /** @return whether all came */
        private static boolean take(Iterator<FilePiece> coming, Pieces pieces) {
            boolean any = false;
            try {
                while (coming.hasNext()) {
                    FilePiece piece = coming.next();
                    pieces.take(piece.getFile(), piece.getOffset(), piece.getData().asReadOnlyByteBuffer());
                    any = true;
                }
                return true;
            } catch (StatusRuntimeException ended) {
                if (any && ended.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED) return false; // a slow giver, or many takers
                throw ended;
            }
        }

        @Override
        public void keep(String id) {
            told(() -> within(SHORT_DEADLINE).keep(HeldCheckpoint.newBuilder().setCheckpointId(id).build()));
        }

        @Override
        public void release(String id) {
            told(() -> within(SHORT_DEADLINE).release(HeldCheckpoint.newBuilder().setCheckpointId(id).build()));
        }

        private CheckpointFilesBlockingStub within(Duration deadline) {
            return stub.get().withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS);
        }

        private static <T> T told(Supplier<T> call) {
            try {
                return call.get();
            } catch (StatusRuntimeException failed) {
                String reason = failed.getStatus().getDescription() == null ? failed.getStatus().getCode().name() : failed.getStatus().getDescription();
                throw new LynseException(GrpcErrors.fromGrpc(failed).orElse(new LynseError.Unavailable("the giver does not answer: " + reason, RETRY_AFTER)), failed);
            }
        }
    }
}
