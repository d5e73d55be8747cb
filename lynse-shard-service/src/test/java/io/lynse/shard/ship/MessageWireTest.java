package io.lynse.shard.ship;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.lynse.engine.log.EpochEnd;
import io.lynse.metadata.MemberImage;
import io.lynse.model.Epoch;
import io.lynse.model.Lsn;
import io.lynse.model.NodeId;
import io.lynse.model.ShardGroupId;
import io.lynse.shard.membership.Fence;
import io.lynse.shard.replication.EpochHistory;
import io.lynse.shard.replication.ReplicationMessage;
import io.lynse.shard.replication.WriteId;
import io.lynse.wire.v1.MemberMessage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class MessageWireTest {

    private static final Fence F = new Fence(new ShardGroupId("sg0"), new Epoch(7));
    private static final Lsn L = new Lsn(1L << 40);
    private static final SumBytes SUM = new SumBytes(ByteString.copyFromUtf8("sum"));

    static final List<ReplicationMessage> MESSAGES = List.of(
            new ReplicationMessage.Hello(F, 3, new MemberImage("http://b:1", new NodeId("b"))),
            new ReplicationMessage.Hello(F, 3, new MemberImage("http://b:1", null)),
            new ReplicationMessage.Report(F, 3, EpochHistory.EMPTY, Lsn.NONE),
            new ReplicationMessage.Report(F, 3, new EpochHistory(List.of(new EpochEnd(new Epoch(1), new Lsn(4)), new EpochEnd(new Epoch(7), L))), new Lsn(2)),
            new ReplicationMessage.Accept(F, 3, L),
            new ReplicationMessage.TakeFiles(F, 3),
            new ReplicationMessage.Frame(F, 3, L, new Epoch(5), 0, true, new WriteId(1, -2), part("bytes"), new Lsn(9)),
            new ReplicationMessage.Frame(F, 3, L, new Epoch(5), 9, false, null, part(""), Lsn.NONE),
            new ReplicationMessage.Gap(F, 3, L),
            new ReplicationMessage.Commit(F, 3, L),
            new ReplicationMessage.Ack(F, 3, L, L.next(), 12),
            new ReplicationMessage.Damaged(F, 3),
            new ReplicationMessage.Compare(F, 3, L, SUM),
            new ReplicationMessage.Compared(F, 3, L, SUM, true),
            new ReplicationMessage.Outvoted(F, 3, L),
            new ReplicationMessage.Fenced(F),
            new ReplicationMessage.AskToRead(F, 3, 4),
            new ReplicationMessage.MayRead(F, 3, 4, L),
            new ReplicationMessage.StillPrimary(F, 3, 4),
            new ReplicationMessage.Confirmed(F, 3, 4));

    @ParameterizedTest
    @FieldSource("MESSAGES")
    void arrivesAsItWasSent(ReplicationMessage message) throws InvalidProtocolBufferException {
        assertThat(MessageWire.message(MemberMessage.parseFrom(MessageWire.message(message).toByteString()))).isEqualTo(message);
    }

    @Test
    void everyKindOfMessageIsAmongThose() {
        assertThat(MESSAGES.stream().map(Object::getClass).collect(Collectors.toSet()))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(ReplicationMessage.class.getPermittedSubclasses()).collect(Collectors.toSet()));
    }

    @Test
    void whatNoMessageCanSayIsRefused() {
        refused(MemberMessage.newBuilder().setFenced(MemberMessage.Fenced.getDefaultInstance()), "names its group");
        refused(message(1), "newer version");
        refused(message(-1).setFenced(MemberMessage.Fenced.getDefaultInstance()), "epoch");
        refused(frame(MemberMessage.EntryFrame.newBuilder().setEntryType(16).setData(ByteString.copyFrom(new byte[(1 << 20) + 1]))), "1 MiB");
        refused(frame(MemberMessage.EntryFrame.newBuilder().setEntryType(16).setWriteId(ByteString.copyFrom(new byte[15]))), "16 bytes");
        refused(frame(MemberMessage.EntryFrame.newBuilder()), "type");
        refused(frame(MemberMessage.EntryFrame.newBuilder().setEntryType(16).setIndex(-1)), "count");
        var report = MemberMessage.Report.newBuilder();
        report.addHistoryBuilder().setEpoch(2).setLastLsn(5);
        report.addHistoryBuilder().setEpoch(1).setLastLsn(6);
        refused(message(1).setReport(report), "ascend");
    }

    private static MemberMessage.Builder frame(MemberMessage.EntryFrame.Builder frame) {
        return message(1).setFrame(frame);
    }

    private static MemberMessage.Builder message(long epoch) {
        return MemberMessage.newBuilder().setFence(io.lynse.wire.v1.Fence.newBuilder().setGroup("sg0").setPrimaryEpoch(epoch));
    }

    private static void refused(MemberMessage.Builder message, String reason) {
        assertThatThrownBy(() -> MessageWire.message(message.build())).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(reason);
    }

    private static EntryPart part(String text) {
        return new EntryPart(16, 1, 77, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }
}
