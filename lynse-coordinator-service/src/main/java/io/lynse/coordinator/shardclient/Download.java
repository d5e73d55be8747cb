package io.lynse.coordinator.shardclient;

import com.google.protobuf.ByteString;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import io.lynse.memory.RequestMemory;
import io.lynse.wire.v1.Chunk;
import java.nio.ByteBuffer;

/** Gathers an answer that comes in chunks, within the memory of the request that waits for it. */
final class Download {

    private Download() {}

    /**
     * When it fails, the call is given up, and the memory holds nothing of it.
     * @throws io.lynse.error.LynseException PayloadTooLarge or Overloaded if there is no room for it
     */
    static ByteBuffer all(BlockingClientCall<?, Chunk> call, RequestMemory memory) throws InterruptedException, StatusException {
        ByteBuffer all = memory.allocate(0);
        try {
            while (call.hasNext()) {
                ByteString data = call.read().getData();
                if (data.size() > all.remaining()) {
                    long needed = all.position() + (long) data.size();
                    all = memory.grown(all, Math.max(needed, Math.min(2L * all.capacity(), RequestMemory.BLOCK_BYTES_MAX)));
                }
                data.copyTo(all);
            }
        } catch (StatusException | InterruptedException | RuntimeException broken) {
            call.cancel("the answer cannot be taken", broken);
            memory.free(all); // the next attempt needs the room
            throw broken;
        }
        return all.flip();
    }
}
