package io.lynse.tests.linearizability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.netty.NettyChannelBuilder;
import io.lynse.coordinator.config.ClusterConfig;
import io.lynse.coordinator.metadata.Owners;
import io.lynse.coordinator.metadata.OwnersAuthority;
import io.lynse.coordinator.metadata.StateFile;
import io.lynse.coordinator.shardclient.NodeAddress;
import io.lynse.coordinator.shardclient.ShardClients;
import io.lynse.metadata.Command;
import io.lynse.metadata.Durability;
import io.lynse.model.CollectionName;
import io.lynse.model.CollectionSpec;
import io.lynse.model.Deadline;
import io.lynse.model.ElementType;
import io.lynse.tests.linearizability.Operation.Outcome;
import io.lynse.wire.v1.ReadImageReply;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Three owners, two coordinators and a client that goes to any owner, and a plan of faults: one seed. */
final class Trial implements AutoCloseable {

    /**
     * @param faults what was done, line by line
     * @param denied calls that were answered by "not done"
     */
    record Record(History history, List<String> faults, List<String> denied) {

        List<String> lines() {
            return Stream.of(
                    faults.stream(),
                    history.operations().stream().sorted(Comparator.comparingLong(Operation::invoked)).map(Operation::toString),
                    denied.stream().map(each -> "not done: " + each)).flatMap(lines -> lines).toList();
        }

        String summary() {
            var operations = history.operations();
            long reads = operations.stream().filter(operation -> operation.call() instanceof Call.Read).count();
            long unknown = operations.stream().filter(operation -> operation.outcome() instanceof Outcome.Unknown).count();
            long refused = operations.stream().filter(operation -> operation.outcome() instanceof Outcome.Answered<Answer>(Answer.Refused _, _)).count();
            return "%d calls, of these %d reads, %d refused, %d unknown; %d more not done; %d faults"
                    .formatted(operations.size(), reads, refused, unknown, denied.size(), FAULTS_OF_EACH_KIND * Fault.Kind.values().length);
        }
    }

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int COORDINATORS = 2;
    private static final int CLIENTS_EACH = 2;
    private static final int COUNTERS = 3;
    private static final int FAULTS_OF_EACH_KIND = 3;
    private static final int ANSWERS_LEAST = 200;

    private final Random random;
    private final Path folder;
    private final Network network;
    private final OwnerProcesses owners;
    private final List<NodeAddress> addresses;
    private final List<ShardClients> clients = new ArrayList<>();
    private final List<OwnersAuthority> coordinators = new ArrayList<>();

    private Trial(long seed, Path folder) throws IOException {
        this.random = new Random(seed);
        this.folder = folder;
        this.network = new Network(OwnerProcesses.COUNT, COORDINATORS + 1);
        this.owners = new OwnerProcesses(folder, network);
        this.addresses = IntStream.range(0, OwnerProcesses.COUNT).mapToObj(owner -> new NodeAddress(Network.name(owner), network.httpPort(owner))).toList();
    }

    /** @param folder for the owners' disks and logs */
    static Record run(long seed, Path folder) throws IOException, InterruptedException {
        try (var trial = new Trial(seed, folder)) {
            return trial.run();
        }
    }

    private Record run() throws IOException, InterruptedException {
        owners.start();
        for (int i = 0; i < COORDINATORS; i++) coordinators.add(coordinator(i));
        declareCounters(coordinators.getFirst());
        Whole before = Whole.of(coordinators.getFirst().confirmed(Deadline.after(LONG)));
        List<Client> all = clients(before);
        List<String> faults;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (Client client : all) running.add(threads.submit(client));
            var mishaps = new Mishaps(network, owners, () -> answers(all), new Random(random.nextLong()));
            faults = mishaps.carryOut(Fault.plan(random, OwnerProcesses.COUNT, FAULTS_OF_EACH_KIND));
            await().atMost(LONG).until(() -> answers(all) >= ANSWERS_LEAST);
            all.forEach(Client::enough);
            for (Future<?> each : running) each.get();
        } catch (ExecutionException failed) {
            throw new IllegalStateException("a client was told what it should never be told", failed);
        }
        for (Client client : all) await().atMost(LONG).ignoreExceptions().until(client::readsLast);
        awaitSameImages();
        var operations = new ArrayList<Operation<Call, Answer>>();
        all.forEach(client -> operations.addAll(client.operations()));
        return new Record(new History(before, operations), faults, all.stream().flatMap(client -> client.denied().stream()).toList());
    }

    private static long answers(List<Client> clients) {
        return clients.stream().mapToLong(Client::answers).sum();
    }

    private OwnersAuthority coordinator(int number) {
        var found = new Owners(config(), addresses, proposer(), node -> reach(number).at(node.uri()).owner());
        return found.authority(StateFile.open(folder.resolve("coordinator-" + number + ".json")), Deadline.after(LONG));
    }

    /** The nodes, over the links of one caller that is no owner. */
    private ShardClients reach(int number) {
        while (clients.size() <= number) {
            int caller = OwnerProcesses.COUNT + clients.size();
            clients.add(ShardClients.over(node -> {
                var entrance = network.entrance(caller, Network.owner(node.host()));
                return NettyChannelBuilder.forAddress(entrance).usePlaintext().build();
            }));
        }
        return clients.get(number);
    }

    private ClusterConfig config() {
        var groups = new ArrayList<ClusterConfig.Group>();
        for (NodeAddress address : addresses) groups.add(new ClusterConfig.Group("sg" + groups.size(), address, 1, List.of()));
        return new ClusterConfig(8, Durability.DEFAULT, groups, List.of(), List.of(), null, null, null, null, null, null, null, null);
    }

    private byte[] proposer() {
        var proposer = new byte[16];
        random.nextBytes(proposer);
        return proposer;
    }

    private static void declareCounters(OwnersAuthority coordinator) {
        coordinator.propose(new Command.CreateDatabase(Whole.COUNTERS), Deadline.after(LONG));
        for (int i = 0; i < COUNTERS; i++) {
            var name = new CollectionName(Whole.COUNTERS, "c" + i);
            coordinator.propose(new Command.DeclareCollection(name, new CollectionSpec(0, ElementType.FLOAT32, null), null), Deadline.after(LONG));
        }
    }

    private List<Client> clients(Whole before) {
        var doors = new ArrayList<Door>();
        for (int i = 0; i < CLIENTS_EACH; i++) {
            for (OwnersAuthority coordinator : coordinators) doors.add(Door.coordinator(coordinator));
            ShardClients own = reach(COORDINATORS);
            doors.add(Door.anyOwner(addresses.stream().map(node -> own.at(node.uri()).owner()).toList(), proposer(), new Random(random.nextLong())));
        }
        return IntStream.range(0, doors.size()).mapToObj(i -> new Client(i, before, doors.get(i), new Random(random.nextLong()))).toList();
    }

    /** Whoever was away has caught up, and all have built the same. */
    private void awaitSameImages() {
        await().atMost(LONG).ignoreExceptions().untilAsserted(() -> assertThat(owners.images().stream().map(ReadImageReply::getPosition).distinct()).hasSize(1));
        assertThat(owners.images().stream().distinct()).as("one position, one image").hasSize(1);
    }

    @Override
    public void close() {
        owners.close();
        coordinators.forEach(OwnersAuthority::close);
        clients.forEach(ShardClients::close);
        network.close();
    }
}
