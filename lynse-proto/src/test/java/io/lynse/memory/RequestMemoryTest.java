package io.lynse.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynse.error.LynseException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class RequestMemoryTest {

    private static final int LARGE = RequestMemory.HEAP_BLOCK_BYTES_MAX + 1;

    private final MemoryBudget heap = new MemoryBudget("on the heap", 4 << 20);
    private final MemoryBudget offHeap = new MemoryBudget("outside", 16 << 20);
    private final RequestMemory memory = new RequestMemory(heap, offHeap);

    @Test
    void smallBlocksLieOnTheHeapAndLargeOnesOutside() {
        assertThat(memory.allocate(LARGE - 1).hasArray()).isTrue();
        assertThat(memory.allocate(LARGE).isDirect()).isTrue();
        assertThat(heap.taken()).isEqualTo(LARGE - 1);
        assertThat(offHeap.taken()).isEqualTo(LARGE);
        memory.close();
        assertThat(heap.taken() + offHeap.taken()).isZero();
    }

    @Test
    void aBlockThatGrowsKeepsItsBytesAndFreesTheOldOne() {
        ByteBuffer block = memory.allocate(8).putLong(0x0102030405060708L);
        for (int size : new int[] {LARGE - 1, LARGE, 3 * LARGE}) {
            ByteBuffer old = block;
            block = memory.grown(block, size);
            assertThat(block.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
            assertThat(block.position()).isEqualTo(8);
            assertThat(block.capacity()).isEqualTo(size);
            assertThat(block.getLong(0)).isEqualTo(0x0102030405060708L);
            if (old.isDirect()) assertThatThrownBy(() -> old.get(0)).isInstanceOf(IllegalStateException.class);
        }
        assertThat(heap.taken()).isZero();
        assertThat(offHeap.taken()).isEqualTo(3 * LARGE);
    }

    @Test
    void blocksLiveUntilTheLastHolderLetsGo() {
        ByteBuffer block = memory.allocate(LARGE);
        memory.retain();
        memory.close();
        assertThat(block.get(0)).isZero();
        assertThat(offHeap.taken()).isEqualTo(LARGE);
        memory.release();
        assertThatThrownBy(() -> block.get(0)).isInstanceOf(IllegalStateException.class);
        assertThat(offHeap.taken()).isZero();
        assertThatThrownBy(memory::release).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(memory::retain).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void whoComesWhenItIsFreeTakesNothing() {
        memory.close();
        assertThatThrownBy(() -> memory.allocate(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> memory.allocate(LARGE)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> memory.countHeap(1)).isInstanceOf(IllegalStateException.class);
        assertThat(heap.taken() + offHeap.taken()).isZero();
    }

    @Test
    void workThatHoldsItGoesOnWhenTheRequestIsOver() {
        ByteBuffer block = memory.held(() -> {
            memory.close();
            return memory.allocate(LARGE).putLong(0, 1);
        });
        assertThatThrownBy(() -> block.get(0)).isInstanceOf(IllegalStateException.class);
        assertThat(offHeap.taken()).isZero();
    }

    @Test
    void whatIsRefusedTakesNothing() {
        assertThatThrownBy(() -> memory.allocate(17 << 20)).isInstanceOf(LynseException.class);
        assertThatThrownBy(() -> memory.allocate(1L << 40)).isInstanceOf(LynseException.class);
        assertThatThrownBy(() -> memory.countHeap(5 << 20)).isInstanceOf(LynseException.class);
        assertThat(heap.taken() + offHeap.taken()).isZero();
    }
}
