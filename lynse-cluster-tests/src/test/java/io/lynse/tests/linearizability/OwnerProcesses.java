package io.lynse.tests.linearizability;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.lynse.wire.v1.DescribeOwnerRequest;
import io.lynse.wire.v1.MetadataOwnerGrpc;
import io.lynse.wire.v1.OwnerReport;
import io.lynse.wire.v1.ReadImageReply;
import io.lynse.wire.v1.ReadImageRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** The owners, and what the test itself asks them, past all faults of the network. */
final class OwnerProcesses implements AutoCloseable {

    static final int COUNT = 3;
    private static final long PATIENCE_MILLIS = 300;

    private final List<OwnerProcess> processes = new ArrayList<>();
    private final List<ManagedChannel> channels = new ArrayList<>();

    OwnerProcesses(Path folder, Network network) throws IOException {
        for (int owner = 0; owner < COUNT; owner++) {
            processes.add(new OwnerProcess(owner, folder, network));
            channels.add(NettyChannelBuilder.forAddress(network.address(owner)).usePlaintext().build());
        }
    }

    void start() throws IOException {
        for (OwnerProcess process : processes) process.start();
        processes.forEach(OwnerProcess::awaitListening);
    }

    OwnerProcess get(int owner) {
        return processes.get(owner);
    }

    /** Who says that it leads, in the highest term; empty: nobody that answers. */
    Optional<Integer> leader() {
        record Led(int owner, OwnerReport report) {}
        var led = new ArrayList<Led>();
        for (int owner = 0; owner < COUNT; owner++) {
            try {
                OwnerReport report = stub(owner).describe(DescribeOwnerRequest.getDefaultInstance());
                if (report.getRole().equals("leader")) led.add(new Led(owner, report));
            } catch (StatusRuntimeException silent) {
                channels.get(owner).resetConnectBackoff();
            }
        }
        return led.stream().max(Comparator.comparingLong((Led each) -> each.report().getTerm())).map(Led::owner);
    }

    /** What each has built, without asking the others. */
    List<ReadImageReply> images() {
        return IntStream.range(0, COUNT).mapToObj(owner -> {
            channels.get(owner).resetConnectBackoff();
            return stub(owner).read(ReadImageRequest.newBuilder().setStale(true).build());
        }).toList();
    }

    private MetadataOwnerGrpc.MetadataOwnerBlockingStub stub(int owner) {
        return MetadataOwnerGrpc.newBlockingStub(channels.get(owner)).withDeadlineAfter(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        processes.forEach(OwnerProcess::close);
    }
}
