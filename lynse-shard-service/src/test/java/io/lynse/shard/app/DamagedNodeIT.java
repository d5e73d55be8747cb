package io.lynse.shard.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.MessageLite;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.lynse.engine.Applied;
import io.lynse.engine.ParsedEntry;
import io.lynse.memory.RequestMemory;
import io.lynse.model.CollectionId;
import io.lynse.model.Deadline;
import io.lynse.model.Epoch;
import io.lynse.model.Ids;
import io.lynse.model.RowBatch;
import io.lynse.model.ShardGroupId;
import io.lynse.model.Vectors;
import io.lynse.model.WriteKind;
import io.lynse.model.field.FieldBlock;
import io.lynse.shard.membership.GroupView;
import io.lynse.shard.ship.MemberDriver;
import io.lynse.wire.Wire;
import io.lynse.wire.v1.CreateCollection;
import io.lynse.wire.v1.CreateDatabase;
import io.lynse.wire.v1.EntryType;
import io.lynse.wire.v1.Fence;
import io.lynse.wire.v1.ListCollectionsRequest;
import io.lynse.wire.v1.ProbeReply;
import io.lynse.wire.v1.ProbeRequest;
import io.lynse.wire.v1.ShardGrpc;
import io.lynse.wire.v1.ShardGrpc.ShardBlockingStub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What a node says of damage in its files. It stays up for that: a process that ends at each start tells nothing, and is started again for ever. */
class DamagedNodeIT {

    private static final String GOOD = "{\"database_name\":\"docs\",\"collection_name\":\"good\"";
    private static final String BAD = "{\"database_name\":\"docs\",\"collection_name\":\"bad\"";
    private static final String FOLDER_OF_BAD = "collections/2";

    @TempDir
    Path temporary;

    /** Without its log or its catalog a copy is none. */
    @ParameterizedTest
    @ValueSource(strings = {"log", "catalog"})
    void aDamagedCopyServesNothingAndSaysWhyAndWhatToDo(String kind) throws IOException {
        Path directory = written();
        Path damaged = kind.equals("log") ? files(directory.resolve("log"), "").getLast() : directory.resolve("catalog");
        flipAByteInTheMiddleOfWhatIsWritten(damaged);
        byte[] before = Files.readAllBytes(damaged);
        try (var node = RunningNode.start(directory)) {
            assertThat(node.get("/healthz").status()).isEqualTo(200);
            RunningNode.Answer ready = node.get("/readyz");
            assertThat(ready.status()).isEqualTo(503);
            String trouble = ready.json().at("/trouble").stringValue();
            assertThat(trouble).contains(damaged.toString(), "is damaged", "restore " + directory, "empty directory");
            for (String path : List.of("/search", "/add", "/list_databases", "/show_collections")) {
                RunningNode.Answer refused = path.equals("/list_databases") ? node.get(path) : node.post(path, GOOD + ",\"ids\":[3],\"vector\":[1,0],\"vectors\":[[1,1]]}");
                assertThat(refused.status()).as(path).isEqualTo(503);
                assertThat(refused.json().at("/code").stringValue()).isEqualTo("unavailable");
                assertThat(refused.json().at("/error").stringValue()).isEqualTo(trouble);
            }
            assertThat(node.get("/metrics").body()).contains(
                    "lynse_quarantined 1.0", "lynse_unavailable_collections 0.0", "lynse_last_lsn", "lynse_disk_free_bytes NaN");

            ProbeReply probe = asked(node, stub -> stub.probe(ProbeRequest.getDefaultInstance()));
            assertThat(probe.getCanLead()).isFalse();
            assertThat(probe.getTrouble()).isEqualTo(trouble);
        }
        assertThat(Files.readAllBytes(damaged)).as("left as it is").isEqualTo(before);
    }

    /** Vectors, the fields' values, terms, and what says which files count. */
    @ParameterizedTest
    @ValueSource(strings = {".vec", ".dvd", ".tim", ".si", "segments_"})
    void aDamagedCollectionIsNamedAndTheOthersAreServed(String kind) throws IOException {
        Path directory = written();
        Path damaged = files(directory.resolve(FOLDER_OF_BAD), kind).getFirst();
        flipAByteInTheMiddleOfWhatIsWritten(damaged);
        try (var node = RunningNode.start(directory)) {
            RunningNode.Answer ready = node.get("/readyz");
            assertThat(ready.status()).isEqualTo(200);
            assertThat(ready.json().at("/trouble").isMissingNode()).isTrue();
            String reason = ready.json().at("/unavailable_collections/docs~1bad").stringValue();
            assertThat(reason).contains(directory.resolve(FOLDER_OF_BAD).toString(), "restore", "drop the collection");
            assertThat(node.get("/metrics").body()).contains("lynse_quarantined 0.0", "lynse_unavailable_collections 1.0", "lynse_rows 2.0");

            for (String path : List.of("/search", "/add", "/upsert", "/delete", "/head", "/collection_shape", "/compact")) {
                RunningNode.Answer refused = node.post(path, BAD + ",\"ids\":[3],\"vector\":[1,0],\"vectors\":[[1,1]],\"n\":1}");
                assertThat(refused.status()).as(path).isEqualTo(503);
                assertThat(refused.json().at("/error").stringValue()).as(path).isEqualTo(reason);
            }
            assertServed(node);
            JsonNode details = node.post("/show_collections_details", "{\"database_name\":\"docs\"}").json().at("/params/collections");
            assertThat(details.at("/good/shape").toString()).isEqualTo("[2,2]");
            assertThat(details.at("/bad/shape").isMissingNode()).isTrue();
            assertThat(details.at("/bad/unavailable").stringValue()).isEqualTo(reason);

            assertThat(node.post("/drop_collection", BAD + "}").status()).isEqualTo(200);
            assertThat(node.get("/readyz").json().at("/unavailable_collections").isMissingNode()).isTrue();
            assertThat(node.post("/required_collection", BAD + ",\"dim\":2}").status()).isEqualTo(200);
            assertThat(node.post("/add", BAD + ",\"ids\":[3],\"vectors\":[[1,1]]}").status()).isEqualTo(200);
        }
    }

    /** A coordinator asks for this list to bring a node in line: it must not fail for one collection, nor leave it out. */
    @Test
    void aMemberWithADamagedCollectionStillListsWhatIsDeclared() throws IOException {
        Path directory = writtenAsMember();
        flipAByteInTheMiddleOfWhatIsWritten(files(directory.resolve(FOLDER_OF_BAD), ".si").getFirst());
        try (var node = RunningNode.start(directory)) {
            assertThat(join(node, 10)).isEmpty();
            var collections = asked(node, stub -> stub.listCollections(list(10))).getCollectionsList();
            assertThat(collections).extracting(state -> state.getCollection() + " " + state.getRows()).containsExactlyInAnyOrder("good 2", "bad 0");
            assertThat(collections).filteredOn(state -> state.getCollection().equals("bad")).singleElement()
                    .satisfies(bad -> assertThat(bad.getIndexState()).contains("is unavailable on this node"));
            assertThat(asked(node, stub -> stub.probe(ProbeRequest.getDefaultInstance())).getCanLead()).as("of all others").isTrue();
        }
    }

    @Test
    void aMemberWithADamagedCopyTellsItsCoordinatorWhy() throws IOException {
        Path directory = writtenAsMember();
        flipAByteInTheMiddleOfWhatIsWritten(directory.resolve("catalog"));
        try (var node = RunningNode.start(directory)) {
            join(node, 10);
            ProbeReply probe = asked(node, stub -> stub.probe(ProbeRequest.getDefaultInstance()));
            assertThat(probe.getCanLead()).isFalse();
            assertThatThrownBy(() -> asked(node, stub -> stub.listCollections(list(10)))).satisfies(refused -> {
                assertThat(Status.fromThrowable(refused).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
                assertThat(Status.fromThrowable(refused).getDescription()).isEqualTo(probe.getTrouble()).contains("is damaged");
            });
        }
    }

    /** As {@link #written}, by a node that leads its group in epoch 9. */
    private Path writtenAsMember() {
        Path directory = temporary.resolve("member");
        try (var node = RunningNode.start(directory)) {
            assertThat(join(node, 9)).isEmpty();
            apply(node, EntryType.CREATE_DATABASE, CreateDatabase.newBuilder().setDatabase("docs").build());
            for (int id = 1; id <= 2; id++) {
                apply(node, EntryType.CREATE_COLLECTION,
                        CreateCollection.newBuilder().setCollectionId(id).setDatabase("docs").setCollection(id == 1 ? "good" : "bad").build());
                var batch = new RowBatch(WriteKind.ADD, Vectors.of(new float[] {1, 0}, new float[] {0, 2}), Ids.of(1, 2), FieldBlock.NONE);
                apply(node, EntryType.WRITE_ROWS, Wire.writeRows(new CollectionId(id), batch, 1, new byte[16]));
            }
        }
        return directory;
    }

    private static void apply(RunningNode node, EntryType type, MessageLite message) {
        var applied = node.context.getBean(MemberDriver.class).write(
                new io.lynse.shard.membership.Fence(new ShardGroupId("sg0"), new Epoch(9)),
                ParsedEntry.of(type.getNumber(), 1, message.toByteString().asReadOnlyByteBuffer()), RequestMemory.unbounded(), Deadline.after(Duration.ofSeconds(60)));
        assertThat(applied.join().result()).isNotInstanceOf(Applied.Refused.class);
    }

    /** A data directory with two collections, of which all files hold something. */
    private Path written() {
        Path directory = temporary.resolve("node");
        try (var node = RunningNode.start(directory)) {
            assertThat(node.post("/create_database", "{\"database_name\":\"docs\"}").status()).isEqualTo(200);
            for (String collection : List.of(GOOD, BAD)) {
                assertThat(node.post("/required_collection", collection + ",\"dim\":2}").status()).isEqualTo(200);
                assertThat(node.post("/add", collection + ",\"ids\":[\"one\",2],\"vectors\":[[1,0],[0,2]],\"fields\":[{\"n\":1},{}]}").status()).isEqualTo(200);
            }
        }
        return directory;
    }

    private static void assertServed(RunningNode node) {
        assertThat(node.post("/search", GOOD + ",\"vector\":[0,1]}").json().at("/params/items/ids").toString()).isEqualTo("[2,\"one\"]");
        assertThat(node.post("/upsert", GOOD + ",\"ids\":[2],\"vectors\":[[0,2]]}").status()).isEqualTo(200);
    }

    private static List<Path> files(Path folder, String kind) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> found = files.filter(file -> file.getFileName().toString().contains(kind)).sorted().toList();
            assertThat(found).as("%s in %s", kind, folder).isNotEmpty();
            return found;
        }
    }

    /** Behind it are zeros: a log segment is made at its full length. */
    private static void flipAByteInTheMiddleOfWhatIsWritten(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int end = bytes.length;
        while (bytes[end - 1] == 0) end--;
        bytes[end / 2] ^= 0x10;
        Files.write(file, bytes);
    }

    /** @return why the node does not follow the view */
    private static Optional<String> join(RunningNode node, long epoch) {
        var view = new GroupView(
                "c", new ShardGroupId("sg0"), new Epoch(epoch), 1, 1, new GroupView.Member("http://me", null), List.of(), "http://door:7637");
        return node.context.getBean(MemberDriver.class).see(view, "http://me", Deadline.after(Duration.ofSeconds(60))).refusal();
    }

    private static ListCollectionsRequest list(long epoch) {
        return ListCollectionsRequest.newBuilder().setFence(Fence.newBuilder().setGroup("sg0").setPrimaryEpoch(epoch)).build();
    }

    private static <T> T asked(RunningNode node, Function<ShardBlockingStub, T> question) {
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", node.grpcPort()).usePlaintext().build();
        try {
            return question.apply(ShardGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS));
        } finally {
            channel.shutdownNow();
        }
    }
}
