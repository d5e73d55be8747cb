package io.lynse.coordinator.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.lynse.coordinator.shardclient.FakeShard;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.memory.MemoryBudget;
import io.lynse.memory.RequestMemory;
import io.lynse.model.CollectionName;
import io.lynse.model.CollectionSpec;
import io.lynse.model.Deadline;
import io.lynse.model.ElementType;
import io.lynse.model.Ids;
import io.lynse.model.Reading;
import io.lynse.model.RowBatch;
import io.lynse.model.RowSelection;
import io.lynse.model.Rows;
import io.lynse.model.Vectors;
import io.lynse.model.WriteKind;
import io.lynse.model.field.FieldBlock;
import io.lynse.wire.v1.Chunk;
import io.lynse.wire.v1.RowsReply;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What reads hold of the coordinator's memory when a group answers badly: with a large answer from each of two groups. */
class ReadMemoryIT {

    private static final CollectionName DOCS = new CollectionName("db", "docs");
    private static final int ROWS = 100;
    private static final int DIMENSION = 8192;

    private final FakeCluster cluster = new FakeCluster();
    private final MemoryBudget heap = new MemoryBudget("on the heap", 64 << 20);
    private final MemoryBudget offHeap = new MemoryBudget("outside", 64 << 20);

    @BeforeEach
    void start() {
        cluster.started();
        cluster.databases.create("db", false, soon());
        cluster.databases.open(DOCS, new CollectionSpec(DIMENSION, ElementType.FLOAT32, null), false, soon());
        var batch = new RowBatch(WriteKind.ADD, Vectors.of(new float[ROWS][DIMENSION]), Ids.range(0, ROWS), FieldBlock.NONE);
        cluster.databases.write(DOCS, batch, null, RequestMemory.unbounded(), soon());
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void aReadThatGaveUpHoldsItsMemoryUntilTheSlowestGroupHasAnswered() throws InterruptedException {
        var asked = new CountDownLatch(1);
        var slow = new CountDownLatch(1);
        cluster.b.sendRows((answer, reply) -> {
            asked.countDown();
            awaited(slow);
            FakeShard.whole(answer, reply);
        });
        Thread reader = Thread.ofVirtual().start(() -> {
            try (RequestMemory memory = memory()) {
                read(memory);
            } catch (LynseException _) { // it gives up
            }
        });
        asked.await();
        await().until(() -> heap.taken() > 0); // the rows of the other group are counted: its whole answer is there
        reader.interrupt();
        reader.join();
        assertThat(offHeap.taken()).isPositive();
        slow.countDown();
        await().untilAsserted(() -> assertThat(heap.taken() + offHeap.taken()).isZero());
    }

    @Test
    void anAnswerThatMakesNoSenseIsAnErrorAndLeavesNothing() {
        cluster.a.sendRows((answer, reply) -> FakeShard.whole(answer.concat(otherDimension()), reply));
        assertThatThrownBy(() -> {
            try (RequestMemory memory = memory()) {
                read(memory);
            }
        }).isInstanceOf(LynseException.class).extracting(failed -> ((LynseException) failed).error()).isInstanceOf(LynseError.Internal.class);
        await().untilAsserted(() -> assertThat(heap.taken() + offHeap.taken()).isZero());
    }

    @Test
    void anAnswerThatBreaksOffLeavesNothingToTheNextAttempt() {
        long whole = heldAfterARead();
        var attempts = new AtomicInteger();
        cluster.a.sendRows((answer, reply) -> {
            if (attempts.getAndIncrement() > 0) {
                FakeShard.whole(answer, reply);
                return;
            }
            reply.onNext(Chunk.newBuilder().setData(answer.substring(0, answer.size() - 1)).build());
            await().until(() -> offHeap.taken() >= (long) ROWS * DIMENSION * Float.BYTES); // both groups' vectors are there
            reply.onError(Status.UNAVAILABLE.withDescription("connection reset").asRuntimeException());
        });
        assertThat(heldAfterARead()).isEqualTo(whole);
        assertThat(attempts).hasValue(2);
    }

    private long heldAfterARead() {
        try (RequestMemory memory = memory()) {
            read(memory);
            return heap.taken() + offHeap.taken();
        }
    }

    /** Behind a message: the field counts instead of its own. */
    private static ByteString otherDimension() {
        return RowsReply.newBuilder().setDimension(DIMENSION + 1).build().toByteString();
    }

    private RequestMemory memory() {
        return new RequestMemory(heap, offHeap);
    }

    private Rows read(RequestMemory memory) {
        return cluster.databases.read(DOCS, new RowSelection.Head(ROWS), true, true, memory, Reading.usual(), soon());
    }

    private static void awaited(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(20));
    }
}
