package io.lynse.coordinator.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.metadata.BucketTable;
import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.CollectionImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.Decision;
import io.lynse.metadata.Durability;
import io.lynse.metadata.LeaseEpoch;
import io.lynse.metadata.MemberImage;
import io.lynse.metadata.MetadataRecord;
import io.lynse.metadata.ShardGroupImage;
import io.lynse.metadata.wire.CommandWire;
import io.lynse.metadata.wire.ImageWire;
import io.lynse.model.CollectionId;
import io.lynse.model.CollectionName;
import io.lynse.model.CollectionSpec;
import io.lynse.model.ElementType;
import io.lynse.model.Epoch;
import io.lynse.model.IndexMode;
import io.lynse.model.NodeId;
import io.lynse.model.ShardGroupId;
import io.lynse.wire.v1.MetadataImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A thousand collections of 4,096 buckets. Sizes are held; times are printed, for whoever wants to know. */
class LargeImageIT {

    private static final int COLLECTIONS = 1000;
    private static final int BUCKETS = 4096;
    private static final long BYTES_MAX = 16_000_000;
    private static final List<ShardGroupId> GROUPS = List.of(new ShardGroupId("sg0"), new ShardGroupId("sg1"), new ShardGroupId("sg2"), new ShardGroupId("sg3"));

    @TempDir Path folder;

    @Test
    void isSmallOnTheWireAndOnDisk() throws Exception {
        check("striped", striped());
    }

    /** As no collection is today: buckets that moved one by one. */
    @Test
    void isSmallEvenIfNoTableHasAnyOrder() throws Exception {
        check("without order", shuffled(striped()));
    }

    @Test
    void anAllocationOfIdsIsAFewBytesOfTheLog() {
        var allocate = new Command.Led(new LeaseEpoch(1_000_000), new Command.AllocateIds(new CollectionId(COLLECTIONS), 1 << 20, 1L << 50));
        assertThat(CommandWire.command(allocate).getSerializedSize()).isLessThan(100);
    }

    private void check(String what, ClusterImage image) throws Exception {
        long start = System.nanoTime();
        byte[] wire = ImageWire.image(image).toByteArray();
        long encoded = System.nanoTime();
        assertThat(ImageWire.image(MetadataImage.parseFrom(wire))).isEqualTo(image);
        long decoded = System.nanoTime();
        Path path = folder.resolve("cache.json");
        try (StateFile file = StateFile.open(path)) {
            file.write(image);
            long written = System.nanoTime();
            assertThat(file.read()).isEqualTo(new StateFile.Content.Image(image));
            long read = System.nanoTime();
            ClusterImage changed = image;
            for (int i = 0; i < COLLECTIONS; i++) changed = after(changed, new Command.AllocateIds(new CollectionId(1 + i), 1000, 0));
            long applied = System.nanoTime();
            System.out.printf("image %s: %,d bytes on the wire (encoded in %d ms, decoded in %d ms), %,d on disk (written in %d ms, read in %d ms); a record applied in %d us%n",
                    what, wire.length, millis(start, encoded), millis(encoded, decoded), Files.size(path), millis(decoded, written), millis(written, read),
                    (applied - read) / 1000 / COLLECTIONS);
        }
        assertThat(wire).hasSizeLessThan((int) BYTES_MAX);
        assertThat(Files.size(path)).isLessThan(BYTES_MAX);
    }

    private static long millis(long from, long to) {
        return (to - from) / 1_000_000;
    }

    private static ClusterImage striped() {
        var groups = new ArrayList<ShardGroupImage>();
        for (ShardGroupId id : GROUPS) groups.add(new ShardGroupImage(id, new MemberImage("http://" + id + ":7638", new NodeId(id + "-node")), new Epoch(1), 1, List.of()));
        ClusterImage image = after(ClusterImage.initial("cluster", BUCKETS, Durability.DEFAULT, groups), new Command.CreateDatabase("db"));
        var spec = new CollectionSpec(384, ElementType.FLOAT32, "one of a thousand");
        for (int i = 0; i < COLLECTIONS; i++) image = after(image, new Command.DeclareCollection(new CollectionName("db", "collection-" + i), spec, IndexMode.DEFAULT));
        return image;
    }

    private static ClusterImage shuffled(ClusterImage image) {
        var random = new Random(7);
        var collections = new TreeMap<String, CollectionImage>();
        image.collections().forEach((name, old) -> {
            List<ShardGroupId> table = random.ints(BUCKETS, 0, GROUPS.size()).mapToObj(GROUPS::get).toList();
            collections.put(name, new CollectionImage(old.id(), old.name(), old.dimension(), old.elementType(), old.description(), old.indexMode(),
                    old.indexParameters(), BucketTable.of(table), old.nextId()));
        });
        return new ClusterImage(image.clusterId(), image.metaEpoch(), image.bucketCount(), image.durability(), image.databases(), collections,
                image.groups(), image.nextCollectionId(), image.lease(), image.coordinators());
    }

    private static ClusterImage after(ClusterImage image, Command command) {
        ClusterImage next = image;
        for (MetadataRecord record : ((Decision.Accepted) Decision.decide(image, command)).records()) next = next.apply(record);
        return next;
    }
}
