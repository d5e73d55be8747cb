package io.lynse.shard.grpc;

import com.google.protobuf.UnsafeByteOperations;
import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import io.lynse.engine.GivenCheckpoint;
import io.lynse.engine.copy.CheckpointFile;
import io.lynse.engine.copy.CheckpointList;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.model.NodeId;
import io.lynse.shard.membership.Fence;
import io.lynse.shard.recovery.FileFetch;
import io.lynse.shard.recovery.GivenFiles;
import io.lynse.shard.recovery.RateLimit;
import io.lynse.wire.v1.CheckpointFilesGrpc;
import io.lynse.wire.v1.FetchRequest;
import io.lynse.wire.v1.FilePiece;
import io.lynse.wire.v1.HeldCheckpoint;
import io.lynse.wire.v1.HeldCheckpointReply;
import io.lynse.wire.v1.HeldFile;
import io.lynse.wire.v1.HeldFiles;
import io.lynse.wire.v1.HoldRequest;
import io.lynse.wire.v1.WantedBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** The {@code CheckpointFiles} service: this node gives its files to others. */
final class FilesService extends CheckpointFilesGrpc.CheckpointFilesImplBase {

    private static final int PIECE_BYTES = 1 << 20;
    private static final int FILES_PER_MESSAGE = 4096;

    private final GivenFiles given;
    private final Consumer<Fence> leading;
    private final RateLimit rate;
    private final Executor executor;

    /**
     * @param leading  refuses a fence of another epoch than the one that this node is the primary of
     * @param rate     of all takers together
     * @param executor for answers in several messages
     */
    FilesService(GivenFiles given, Consumer<Fence> leading, RateLimit rate, Executor executor) {
        this.given = given;
        this.leading = leading;
        this.rate = rate;
        this.executor = executor;
    }

    private interface Sending {
        void run() throws IOException, InterruptedException;
    }

    @Override
    public void hold(HoldRequest request, StreamObserver<HeldFiles> reply) {
        var out = new PacedReply<HeldFiles>(reply);
        send(out, () -> {
            leading.accept(Fences.fence(request.getFence()));
            NodeId taker = Replies.decoded("node_id", () -> new NodeId(request.getNodeId()));
            GivenFiles.Held held = given.hold(taker, request.getAnew());
            CheckpointList list = held.checkpoint().list();
            List<CheckpointFile> files = list.files();
            for (int from = 0; from < files.size(); from += FILES_PER_MESSAGE) {
                var part = HeldFiles.newBuilder().setCheckpointId(held.id()).setLsn(list.lsn().value()).setFileCount(files.size());
                for (CheckpointFile file : files.subList(from, Math.min(files.size(), from + FILES_PER_MESSAGE))) {
                    part.addFiles(HeldFile.newBuilder().setPath(file.path()).setBytes(file.bytes()).setSummedBytes(file.summedBytes()).setCrc32(file.crc32()));
                }
                out.send(part.build());
            }
        });
    }

    @Override
    public void fetch(FetchRequest request, StreamObserver<FilePiece> reply) {
        var out = new PacedReply<FilePiece>(reply);
        send(out, () -> {
            long bytes = 0;
            for (WantedBytes wanted : request.getWantedList()) {
                // As unsigned as they are on the wire, a sum might not be one.
                if (wanted.getBytes() < 0 || wanted.getBytes() > FileFetch.BYTES_AT_ONCE) throw tooMuch();
                bytes += wanted.getBytes();
                if (bytes > FileFetch.BYTES_AT_ONCE) throw tooMuch();
            }
            for (WantedBytes wanted : request.getWantedList()) send(request.getCheckpointId(), wanted, out);
        });
    }

    private static LynseException tooMuch() {
        return new LynseException(LynseError.invalid("wanted", "at most " + FileFetch.BYTES_AT_ONCE + " bytes are given at once"));
    }

    private void send(String id, WantedBytes wanted, PacedReply<FilePiece> out) throws IOException, InterruptedException {
        long end = wanted.getOffset() + wanted.getBytes();
        for (long at = wanted.getOffset(); at < end; ) {
            GivenCheckpoint checkpoint = given.find(id).checkpoint(); // each piece counts as a sign of life
            ByteBuffer piece = ByteBuffer.allocate((int) Math.min(PIECE_BYTES, end - at));
            checkpoint.read(wanted.getFile(), at, piece);
            if (!piece.flip().hasRemaining()) throw new LynseException(LynseError.invalid("bytes", "the file ends at " + at));
            Thread.sleep(rate.take(piece.remaining()));
            out.send(FilePiece.newBuilder().setFile(wanted.getFile()).setOffset(at).setData(UnsafeByteOperations.unsafeWrap(piece)).build());
            at += piece.remaining();
        }
    }

    @Override
    public void keep(HeldCheckpoint request, StreamObserver<HeldCheckpointReply> reply) {
        Replies.answer(Replies.toleratingCancel(reply), () -> {
            given.find(request.getCheckpointId());
            return HeldCheckpointReply.getDefaultInstance();
        });
    }

    @Override
    public void release(HeldCheckpoint request, StreamObserver<HeldCheckpointReply> reply) {
        Replies.answer(Replies.toleratingCancel(reply), () -> {
            given.release(request.getCheckpointId());
            return HeldCheckpointReply.getDefaultInstance();
        });
    }

    private void send(PacedReply<?> out, Sending sending) {
        executor.execute(Context.current().wrap(() -> {
            try {
                sending.run();
                out.complete();
            } catch (IOException gone) {
                // The caller went away or its deadline has passed: there is nobody to tell.
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException failure) {
                out.fail(failure);
            }
        }));
    }
}
