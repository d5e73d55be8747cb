package io.lynse.shard.ship;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.lynse.engine.log.EpochEnd;
import io.lynse.metadata.MemberImage;
import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import io.lynse.model.NodeId;
import io.lynse.model.ShardGroupId;
import io.lynse.shard.membership.Fence;
import io.lynse.shard.replication.Checksum;
import io.lynse.shard.replication.EpochHistory;
import io.lynse.shard.replication.ReplicationMessage;
import io.lynse.shard.replication.ReplicationMessage.Accept;
import io.lynse.shard.replication.ReplicationMessage.Ack;
import io.lynse.shard.replication.ReplicationMessage.AskToRead;
import io.lynse.shard.replication.ReplicationMessage.Commit;
import io.lynse.shard.replication.ReplicationMessage.Compare;
import io.lynse.shard.replication.ReplicationMessage.Compared;
import io.lynse.shard.replication.ReplicationMessage.Confirmed;
import io.lynse.shard.replication.ReplicationMessage.Damaged;
import io.lynse.shard.replication.ReplicationMessage.Fenced;
import io.lynse.shard.replication.ReplicationMessage.Frame;
import io.lynse.shard.replication.ReplicationMessage.Gap;
import io.lynse.shard.replication.ReplicationMessage.Hello;
import io.lynse.shard.replication.ReplicationMessage.MayRead;
import io.lynse.shard.replication.ReplicationMessage.Outvoted;
import io.lynse.shard.replication.ReplicationMessage.Report;
import io.lynse.shard.replication.ReplicationMessage.StillPrimary;
import io.lynse.shard.replication.ReplicationMessage.TakeFiles;
import io.lynse.shard.replication.WriteId;
import io.lynse.wire.v1.MemberMessage;
import io.lynse.wire.v1.MemberMessage.EntryFrame;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** {@link ReplicationMessage} as it travels. Bytes of entries are not copied. */
final class MessageWire {

    /** Most that one frame may carry. */
    static final int FRAME_BYTES_MAX = 1 << 20;

    private static final int WRITE_ID_BYTES = 16;

    private MessageWire() {}

    /** @throws IllegalArgumentException if a frame's content is no {@link EntryPart}, or a checksum no {@link SumBytes} */
    static MemberMessage message(ReplicationMessage message) {
        var out = MemberMessage.newBuilder()
                .setFence(io.lynse.wire.v1.Fence.newBuilder().setGroup(message.fence().group().value()).setPrimaryEpoch(message.epoch().value()));
        return switch (message) {
            case Hello(_, long stream, MemberImage to) -> {
                NodeId node = to.nodeId();
                out.setStream(stream).getHelloBuilder().setToUri(to.uri()).setToNodeId(node == null ? "" : node.value());
                yield out.build();
            }
            case Report(_, long stream, var history, var applied) -> {
                var report = out.setStream(stream).getReportBuilder().setApplied(applied.value());
                for (EpochEnd end : history.ends()) report.addHistoryBuilder().setEpoch(end.epoch().value()).setLastLsn(end.last().value());
                yield out.build();
            }
            case Accept(_, long stream, var keep) -> out.setStream(stream).setAccept(MemberMessage.Accept.newBuilder().setKeep(keep.value())).build();
            case TakeFiles(_, long stream) -> out.setStream(stream).setTakeFiles(MemberMessage.TakeFiles.getDefaultInstance()).build();
            case Frame frame -> out.setStream(frame.stream()).setFrame(frame(frame)).build();
            case Gap(_, long stream, var next) -> out.setStream(stream).setGap(MemberMessage.Gap.newBuilder().setNext(next.value())).build();
            case Commit(_, long stream, var committed) ->
                out.setStream(stream).setCommit(MemberMessage.CommitMark.newBuilder().setCommitted(committed.value())).build();
            case Ack(_, long stream, var durable, var next, int frames) ->
                out.setStream(stream).setAck(MemberMessage.Ack.newBuilder().setDurable(durable.value()).setNext(next.value()).setFrames(frames)).build();
            case Damaged(_, long stream) -> out.setStream(stream).setDamaged(MemberMessage.DamagedCopy.getDefaultInstance()).build();
            case Compare(_, long stream, var lsn, var sum) ->
                out.setStream(stream).setCompare(MemberMessage.Compare.newBuilder().setLsn(lsn.value()).setSum(sum(sum))).build();
            case Compared(_, long stream, var lsn, var sum, boolean sound) ->
                out.setStream(stream).setCompared(MemberMessage.Compared.newBuilder().setLsn(lsn.value()).setSum(sum(sum)).setSound(sound)).build();
            case Outvoted(_, long stream, var lsn) -> out.setStream(stream).setOutvoted(MemberMessage.Outvoted.newBuilder().setLsn(lsn.value())).build();
            case Fenced _ -> out.setFenced(MemberMessage.Fenced.getDefaultInstance()).build();
            case AskToRead(_, long stream, long round) -> out.setStream(stream).setAskToRead(MemberMessage.AskToRead.newBuilder().setRound(round)).build();
            case MayRead(_, long stream, long round, var committed) ->
                out.setStream(stream).setMayRead(MemberMessage.MayRead.newBuilder().setRound(round).setCommitted(committed.value())).build();
            case StillPrimary(_, long stream, long round) ->
                out.setStream(stream).setStillPrimary(MemberMessage.StillPrimary.newBuilder().setRound(round)).build();
            case Confirmed(_, long stream, long round) -> out.setStream(stream).setConfirmed(MemberMessage.Confirmed.newBuilder().setRound(round)).build();
        };
    }

    /** @throws IllegalArgumentException if it says what no message can say */
    static ReplicationMessage message(MemberMessage message) {
        if (!message.hasFence()) throw new IllegalArgumentException(message.hasIntroduction() ? "an introduction comes first, and once" : "a message names its group");
        var fence = new Fence(new ShardGroupId(message.getFence().getGroup()), new Epoch(message.getFence().getPrimaryEpoch()));
        long stream = message.getStream();
        return switch (message.getWhatCase()) {
            case HELLO -> new Hello(fence, stream, member(message.getHello().getToUri(), message.getHello().getToNodeId()));
            case REPORT -> new Report(fence, stream, history(message.getReport()), new Lsn(message.getReport().getApplied()));
            case ACCEPT -> new Accept(fence, stream, new Lsn(message.getAccept().getKeep()));
            case TAKE_FILES -> new TakeFiles(fence, stream);
            case FRAME -> frame(fence, stream, message.getFrame());
            case GAP -> new Gap(fence, stream, new Lsn(message.getGap().getNext()));
            case COMMIT -> new Commit(fence, stream, new Lsn(message.getCommit().getCommitted()));
            case ACK -> new Ack(fence, stream, new Lsn(message.getAck().getDurable()), new Lsn(message.getAck().getNext()), count(message.getAck().getFrames()));
            case DAMAGED -> new Damaged(fence, stream);
            case COMPARE -> new Compare(fence, stream, new Lsn(message.getCompare().getLsn()), new SumBytes(message.getCompare().getSum()));
            case COMPARED -> new Compared(
                    fence, stream, new Lsn(message.getCompared().getLsn()), new SumBytes(message.getCompared().getSum()), message.getCompared().getSound());
            case OUTVOTED -> new Outvoted(fence, stream, new Lsn(message.getOutvoted().getLsn()));
            case FENCED -> new Fenced(fence);
            case ASK_TO_READ -> new AskToRead(fence, stream, message.getAskToRead().getRound());
            case MAY_READ -> new MayRead(fence, stream, message.getMayRead().getRound(), new Lsn(message.getMayRead().getCommitted()));
            case STILL_PRIMARY -> new StillPrimary(fence, stream, message.getStillPrimary().getRound());
            case CONFIRMED -> new Confirmed(fence, stream, message.getConfirmed().getRound());
            case INTRODUCTION -> throw new IllegalArgumentException("an introduction comes first, and once");
            case WHAT_NOT_SET -> throw new IllegalArgumentException("a message of a newer version, unknown here");
        };
    }

    /** @throws IllegalArgumentException if there is no address */
    static MemberImage member(String uri, String nodeId) {
        return new MemberImage(uri, nodeId.isEmpty() ? null : new NodeId(nodeId));
    }

    private static EntryFrame frame(Frame frame) {
        if (!(frame.payload() instanceof EntryPart(int type, int version, long entryBytes, ByteBuffer bytes))) {
            throw new IllegalArgumentException("a frame carries a part of an entry");
        }
        var out = EntryFrame.newBuilder()
                .setLsn(frame.lsn().value())
                .setEntryEpoch(frame.entryEpoch().value())
                .setEntryType(type)
                .setEntryVersion(version)
                .setEntryBytes(entryBytes)
                .setIndex(frame.index())
                .setLast(frame.last())
                .setCommitted(frame.committed().value())
                .setData(UnsafeByteOperations.unsafeWrap(bytes));
        WriteId id = frame.writeId();
        if (id != null) out.setWriteId(ByteString.copyFrom(ByteBuffer.allocate(WRITE_ID_BYTES).putLong(id.high()).putLong(id.low()).flip()));
        return out.build();
    }

    private static Frame frame(Fence fence, long stream, EntryFrame frame) {
        if (frame.getData().size() > FRAME_BYTES_MAX) throw new IllegalArgumentException("a frame has at most 1 MiB, not " + frame.getData().size());
        if (frame.getEntryType() < 1) throw new IllegalArgumentException("an entry has a type");
        if (frame.getEntryBytes() < 0) throw new IllegalArgumentException("an entry has a size");
        var part = new EntryPart(frame.getEntryType(), frame.getEntryVersion(), frame.getEntryBytes(), frame.getData().asReadOnlyByteBuffer());
        return new Frame(
                fence, stream, new Lsn(frame.getLsn()), new Epoch(frame.getEntryEpoch()), count(frame.getIndex()), frame.getLast(),
                writeId(frame.getWriteId()), part, new Lsn(frame.getCommitted()));
    }

    private static @Nullable WriteId writeId(ByteString bytes) {
        if (bytes.isEmpty()) return null;
        if (bytes.size() != WRITE_ID_BYTES) throw new IllegalArgumentException("a write id has 16 bytes, not " + bytes.size());
        ByteBuffer in = bytes.asReadOnlyByteBuffer();
        return new WriteId(in.getLong(), in.getLong());
    }

    private static EpochHistory history(MemberMessage.Report report) {
        return new EpochHistory(report.getHistoryList().stream().map(end -> new EpochEnd(new Epoch(end.getEpoch()), new Lsn(end.getLastLsn()))).toList());
    }

    private static int count(int number) {
        if (number < 0) throw new IllegalArgumentException("not a count: " + number);
        return number;
    }

    private static ByteString sum(Checksum sum) {
        if (sum instanceof SumBytes(ByteString bytes)) return bytes;
        throw new IllegalArgumentException("a checksum that has no bytes");
    }
}
