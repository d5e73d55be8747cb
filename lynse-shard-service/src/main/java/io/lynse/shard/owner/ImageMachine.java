package io.lynse.shard.owner;

import com.google.protobuf.InvalidProtocolBufferException;
import io.lynse.error.LynseError;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.Decision;
import io.lynse.metadata.MetadataRecord;
import io.lynse.metadata.wire.ChangeWire;
import io.lynse.metadata.wire.CommandWire;
import io.lynse.metadata.wire.ImageWire;
import io.lynse.wire.ErrorWire;
import io.lynse.wire.v1.OwnerEntry;
import io.lynse.wire.v1.OwnerSnapshot;
import io.lynse.wire.v1.ProposeReply;
import io.lynse.wire.v1.ReadImageReply;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.statemachine.impl.SimpleStateMachineStorage;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.util.LifeCycle;
import org.apache.ratis.util.MD5FileUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides and applies what the owners agreed on, entry by entry; the deciding itself is {@link Decision#decide}. An entry that this version
 * cannot read ends the group on this node: an owner that passed over it would decide otherwise than the rest.
 */
final class ImageMachine extends BaseStateMachine {

    private static final Logger log = LoggerFactory.getLogger(ImageMachine.class);

    private final SimpleStateMachineStorage storage = new SimpleStateMachineStorage();
    private static final int DECIDED_KEPT = 4096;

    private final ImageHistory history;
    private final DecidedProposals decided = new DecidedProposals(DECIDED_KEPT);
    private final Consumer<RaftClientRequest> onAppend;

    /** @param onAppend told of each proposal just before it goes into the log of the leader: from then on its outcome is open */
    ImageMachine(ImageHistory history, Consumer<RaftClientRequest> onAppend) {
        this.history = history;
        this.onAppend = onAppend;
    }

    @Override
    public void initialize(RaftServer server, RaftGroupId group, RaftStorage raftStorage) throws IOException {
        getLifeCycle().startAndTransition(() -> {
            super.initialize(server, group, raftStorage);
            storage.init(raftStorage);
            history.replace(0, null); // the group may have been here before, and its log comes again from the start
            load();
        }, IOException.class);
    }

    @Override
    public void pause() {
        getLifeCycle().transition(LifeCycle.State.PAUSING);
        getLifeCycle().transition(LifeCycle.State.PAUSED);
    }

    @Override
    public void reinitialize() throws IOException {
        storage.loadLatestSnapshot();
        load();
        if (getLifeCycleState() != LifeCycle.State.PAUSED) return;
        getLifeCycle().transition(LifeCycle.State.STARTING);
        getLifeCycle().transition(LifeCycle.State.RUNNING);
    }

    @Override
    public StateMachineStorage getStateMachineStorage() {
        return storage;
    }

    private void load() throws IOException {
        SingleFileSnapshotInfo snapshot = storage.getLatestSnapshot();
        if (snapshot == null) return;
        OwnerSnapshot state = OwnerSnapshot.parseFrom(Files.readAllBytes(snapshot.getFile().getPath()));
        decided.replace(state.getDecidedList());
        history.replace(state.getPosition(), state.hasImage() ? ImageWire.image(state.getImage()) : null);
        setLastAppliedTermIndex(snapshot.getTermIndex());
    }

    /** Written aside, forced, then renamed: half a file under the final name would close the group for ever. */
    @Override
    public long takeSnapshot() throws IOException {
        TermIndex at = getLastAppliedTermIndex();
        OwnerSnapshot state = snapshot(history.held());
        Path file = storage.getSnapshotFile(at.getTerm(), at.getIndex()).toPath();
        Path aside = file.resolveSibling(file.getFileName() + ".aside");
        try (var channel = FileChannel.open(aside, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            state.writeTo(Channels.newOutputStream(channel));
            channel.force(true);
        }
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
        // The log is cut up to here soon: the name must outlast a power cut before that does.
        try (var folder = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
        var digest = MD5FileUtil.computeAndSaveMd5ForFile(file.toFile());
        storage.updateLatestSnapshot(new SingleFileSnapshotInfo(new FileInfo(file, digest), at));
        return at.getIndex();
    }

    private OwnerSnapshot snapshot(ImageHistory.Held held) {
        var out = OwnerSnapshot.newBuilder().setPosition(held.position()).addAllDecided(decided.all());
        if (held.image() != null) out.setImage(ImageWire.image(held.image()));
        return out.build();
    }

    static ReadImageReply state(ImageHistory.Held held) {
        var out = ReadImageReply.newBuilder().setPosition(held.position());
        if (held.image() != null) out.setImage(ImageWire.image(held.image()));
        return out.build();
    }

    @Override
    public TransactionContext startTransaction(RaftClientRequest request) throws IOException {
        onAppend.accept(request);
        return super.startTransaction(request);
    }

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
        LogEntryProto entry = transaction.getLogEntry();
        long position = entry.getIndex();
        ProposeReply reply;
        try {
            reply = applyOnce(position, entry.getStateMachineLogEntry());
        } catch (InvalidProtocolBufferException | IllegalArgumentException unreadable) {
            log.atError().addKeyValue("position", position).setCause(unreadable).log("an entry of the cluster's metadata cannot be read here: this owner stops");
            throw new IllegalStateException("entry " + position + " of the cluster's metadata cannot be read by this version", unreadable);
        }
        updateLastAppliedTermIndex(entry.getTerm(), position);
        return CompletableFuture.completedFuture(Message.valueOf(shaded(reply.toByteString())));
    }

    /** A proposal that was tried at two owners may be in the log twice. */
    private ProposeReply applyOnce(long position, StateMachineLogEntryProto entry) throws InvalidProtocolBufferException {
        var proposal = new DecidedProposals.Key(com.google.protobuf.ByteString.copyFrom(entry.getClientId().asReadOnlyByteBuffer()), entry.getCallId());
        ProposeReply known = decided.replyTo(proposal);
        if (known != null) {
            history.advance(position, history.held().image(), List.of());
            return known;
        }
        ProposeReply reply = apply(position, OwnerEntry.parseFrom(entry.getLogData().asReadOnlyByteBuffer()));
        decided.add(proposal, reply);
        return reply;
    }

    private ProposeReply apply(long position, OwnerEntry entry) {
        ClusterImage image = history.held().image();
        return switch (entry.getKindCase()) {
            case FORM -> {
                ClusterImage formed = image != null ? image : ImageWire.image(entry.getForm());
                history.advance(position, formed, List.of());
                yield accepted(position, formed, List.of());
            }
            case COMMAND -> {
                if (image == null) yield refused(position, 0, new LynseError.NotFound("cluster", "not formed yet"));
                yield decide(position, image, entry);
            }
            case KIND_NOT_SET -> throw new IllegalArgumentException("an entry of a newer version");
        };
    }

    private ProposeReply decide(long position, ClusterImage image, OwnerEntry entry) {
        return switch (Decision.decide(image, CommandWire.command(entry.getCommand()))) {
            case Decision.Refused(LynseError error) -> {
                history.advance(position, image, List.of());
                yield refused(position, image.metaEpoch(), error);
            }
            case Decision.Accepted(List<MetadataRecord> records) -> {
                ClusterImage next = image;
                for (MetadataRecord record : records) next = next.apply(record);
                history.advance(position, next, records);
                yield accepted(position, next, records);
            }
        };
    }

    private static ProposeReply accepted(long position, ClusterImage image, List<MetadataRecord> records) {
        return ProposeReply.newBuilder().setPosition(position).setMetaEpoch(image.metaEpoch()).setAccepted(ChangeWire.changes(records)).build();
    }

    private static ProposeReply refused(long position, long metaEpoch, LynseError error) {
        return ProposeReply.newBuilder().setPosition(position).setMetaEpoch(metaEpoch).setRefused(ErrorWire.detail(error)).build();
    }

    /** Answers nothing: that Raft has confirmed the read is all that is asked; the image is then taken from the history. */
    @Override
    public CompletableFuture<Message> query(Message request) {
        return CompletableFuture.completedFuture(Message.EMPTY);
    }

    @Override
    public void notifyServerShutdown(@Nullable RoleInfoProto role, boolean allServer) {
        log.atInfo().addKeyValue("whole_server", allServer).log("Raft of the cluster's metadata ended on this node");
    }

    static ByteString shaded(com.google.protobuf.ByteString bytes) {
        return UnsafeByteOperations.unsafeWrap(bytes.asReadOnlyByteBuffer());
    }
}
