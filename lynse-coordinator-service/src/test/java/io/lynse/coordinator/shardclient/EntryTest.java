package io.lynse.coordinator.shardclient;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.lynse.metadata.BucketTable;
import io.lynse.metadata.CollectionImage;
import io.lynse.model.CollectionId;
import io.lynse.model.CollectionName;
import io.lynse.model.ElementType;
import io.lynse.model.IndexMode;
import io.lynse.model.ShardGroupId;
import io.lynse.wire.v1.CreateCollection;
import io.lynse.wire.v1.IndexParameters;
import io.lynse.wire.v1.UpdateCollection;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class EntryTest {

    private static final IndexParameters PARAMETERS = IndexParameters.newBuilder().setM(8).setEfSearch(40).build();

    /** Also when it is created anew where it was lost: else its index would be built with defaults. */
    @Test
    void theParametersOfAnIndexGoWithItsMode() throws InvalidProtocolBufferException {
        CollectionImage image = image("HNSW-L2", "{\"m\":8,\"ef_search\":40}");
        var set = UpdateCollection.parseFrom(bytes(Entry.setIndex(image))).getIndex();
        assertThat(set.getMode()).isEqualTo("HNSW-L2");
        assertThat(set.getParameters()).isEqualTo(PARAMETERS);
        var created = CreateCollection.parseFrom(bytes(Entry.create(image)));
        assertThat(created.getIndexMode()).isEqualTo("HNSW-L2");
        assertThat(created.getIndexParameters()).isEqualTo(PARAMETERS);
    }

    @Test
    void noneAreNone() throws InvalidProtocolBufferException {
        for (String none : new String[] {"", CollectionImage.NO_PARAMETERS}) {
            assertThat(UpdateCollection.parseFrom(bytes(Entry.setIndex(image("HNSW-L2", none)))).getIndex().getParameters())
                    .isEqualTo(IndexParameters.getDefaultInstance());
        }
    }

    private static ByteBuffer bytes(Entry entry) {
        ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(entry.message().size()));
        entry.message().writeTo(out);
        return out.flip();
    }

    private static CollectionImage image(String mode, String parameters) {
        return new CollectionImage(
                new CollectionId(1), new CollectionName("db", "c"), 2, ElementType.FLOAT32, null, IndexMode.parse(mode).orElseThrow(), parameters,
                BucketTable.striped(List.of(new ShardGroupId("sg0")), 4), 0);
    }
}
