package io.lynse.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.lynse.model.ByteRuns;
import io.lynse.wire.v1.RowsReply;
import io.lynse.wire.v1.WriteRows;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BulkMessageTest {

    private static final int VECTORS = WriteRows.VECTORS_FIELD_NUMBER;
    private static final int FIELDS = WriteRows.FIELDS_FIELD_NUMBER;

    private final byte[] vectors = bytes(200_000);
    private final byte[] fields = bytes(300);
    private final WriteRows head = WriteRows.newBuilder().setCollectionId(7).setCount(5).setDimension(10_000).setRequestDigest(-1)
            .setWriteId(ByteString.copyFrom(bytes(16))).build();
    private final WriteRows whole = head.toBuilder().setVectors(ByteString.copyFrom(vectors)).setFields(ByteString.copyFrom(fields)).build();

    @Test
    void isOnTheWireWhatProtobufWouldWrite() throws IOException {
        var message = new BulkMessage(head, List.of(part(VECTORS, vectors), part(FIELDS, fields)));
        assertThat(message.size()).isEqualTo(whole.getSerializedSize());
        ByteBuffer written = ByteBuffer.allocateDirect((int) message.size() + 3).position(3);
        message.writeTo(written);
        assertThat(written.hasRemaining()).isFalse();
        assertThat(WriteRows.parseFrom(written.position(3))).isEqualTo(whole);
        var streamed = new ByteArrayOutputStream();
        message.writeTo(streamed);
        assertThat(WriteRows.parseFrom(streamed.toByteArray())).isEqualTo(whole);
    }

    @Test
    void aFieldMayLieInRuns() throws IOException {
        ByteBuffer source = ByteBuffer.allocateDirect(vectors.length).put(vectors).flip();
        var runs = new ByteRuns.Builder(source, 4);
        runs.add(100_000, 90_000);
        runs.add(7, 3);
        runs.add(10, 2); // touches the one before
        runs.add(0, 0);
        var expected = new ByteArrayOutputStream();
        expected.write(vectors, 100_000, 90_000);
        expected.write(vectors, 7, 5);
        var message = new BulkMessage(head, List.of(new BulkMessage.Part(VECTORS, runs.build())));
        WriteRows same = head.toBuilder().setVectors(ByteString.copyFrom(expected.toByteArray())).build();
        ByteBuffer written = ByteBuffer.allocate((int) message.size());
        message.writeTo(written);
        assertThat(WriteRows.parseFrom(written.flip())).isEqualTo(same);
        for (int chunkBytes : new int[] {1, 1_000, 1 << 20}) {
            var chunks = new ArrayList<ByteString>();
            message.writeTo(new ChunkStream(message.size(), chunkBytes, chunks::add));
            assertThat(WriteRows.parseFrom(ByteString.copyFrom(chunks))).isEqualTo(same);
            assertThat(chunks.subList(0, chunks.size() - 1)).allMatch(chunk -> chunk.size() == chunkBytes);
        }
    }

    @Test
    void anEmptyFieldIsNotWritten() {
        var message = new BulkMessage(head, List.of(part(VECTORS, new byte[0])));
        assertThat(message.size()).isEqualTo(head.getSerializedSize());
    }

    @Test
    void isTakenApartIntoViews() throws IOException {
        ByteBuffer payload = ByteBuffer.allocateDirect(whole.getSerializedSize() + 9).position(4).put(whole.toByteArray());
        payload.limit(payload.position()).position(4);
        BulkMessage.Split split = BulkMessage.split(payload, VECTORS, FIELDS);
        assertThat(WriteRows.parseFrom(split.head())).isEqualTo(head);
        assertThat(split.parts()).allMatch(ByteBuffer::isDirect).containsExactly(ByteBuffer.wrap(vectors), ByteBuffer.wrap(fields));
        assertThat(payload.position()).isEqualTo(4);
    }

    @Test
    void fieldsThatAreNotThereAreEmptyAndTheLastOfTwoCounts() throws IOException {
        var twice = new ByteArrayOutputStream();
        whole.writeTo(twice);
        WriteRows.newBuilder().setVectors(ByteString.copyFromUtf8("last")).build().writeTo(twice);
        BulkMessage.Split split = BulkMessage.split(ByteBuffer.wrap(twice.toByteArray()), VECTORS, 99);
        assertThat(split.parts()).containsExactly(ByteBuffer.wrap("last".getBytes(java.nio.charset.StandardCharsets.US_ASCII)), ByteBuffer.allocate(0));
        assertThat(WriteRows.parseFrom(split.head())).isEqualTo(whole.toBuilder().clearVectors().build());
        assertThat(BulkMessage.split(ByteBuffer.allocate(0), 1).head()).isEmpty();
    }

    /** Never anything but a refusal, whatever the bytes are: and what is taken apart is what protobuf reads. */
    @Test
    void brokenBytesAreRefused() {
        byte[] good = RowsReply.newBuilder().setDimension(3).addStampClocks(1).addStampPlaces(300).setVectors(ByteString.copyFrom(bytes(40))).build().toByteArray();
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] broken = java.util.Arrays.copyOf(good, random.nextInt(good.length + 1));
            for (int flips = random.nextInt(3); flips > 0 && broken.length > 0; flips--) broken[random.nextInt(broken.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                BulkMessage.Split split = BulkMessage.split(ByteBuffer.wrap(broken), RowsReply.VECTORS_FIELD_NUMBER);
                RowsReply read = RowsReply.parseFrom(broken);
                assertThat(split.parts().getFirst()).as("seed %d", seed).isEqualTo(read.getVectors().asReadOnlyByteBuffer());
                assertThat(RowsReply.parseFrom(split.head())).as("seed %d", seed).isEqualTo(read.toBuilder().clearVectors().build());
            } catch (InvalidProtocolBufferException refused) {
                // By one of the two, which is as good as by both: nobody goes on without parsing the rest.
            }
        }
        assertThatThrownBy(() -> BulkMessage.split(ByteBuffer.wrap(new byte[] {0x32, 5, 1}), VECTORS)).isInstanceOf(InvalidProtocolBufferException.class);
        assertThatThrownBy(() -> BulkMessage.split(ByteBuffer.wrap(new byte[] {0x33}), VECTORS)).isInstanceOf(InvalidProtocolBufferException.class);
        assertThatThrownBy(() -> BulkMessage.split(ByteBuffer.wrap(new byte[] {0}), VECTORS)).isInstanceOf(InvalidProtocolBufferException.class);
    }

    private static BulkMessage.Part part(int number, byte[] bytes) {
        return new BulkMessage.Part(number, ByteBuffer.allocateDirect(bytes.length).put(bytes).flip());
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }
}
