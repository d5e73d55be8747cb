package io.lynse.tests.processes;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Finds HTTP ports whose gRPC port (10000 above) is free too. Both lie below the range from which the system gives ports to
 * outgoing connections (32768 and up), so that none of those takes one between the look and the start.
 */
public final class FreePorts {

    private static final int LOWEST = 12_000;
    private static final int HIGHEST = 22_000;
    private static final int GRPC_OFFSET = 10_000;
    private static final int ATTEMPTS = 10_000;

    private FreePorts() {}

    public static List<Integer> find(int count) {
        var random = new Random();
        var found = new ArrayList<Integer>();
        for (int attempt = 0; attempt < ATTEMPTS && found.size() < count; attempt++) {
            int port = random.nextInt(LOWEST, HIGHEST);
            if (!found.contains(port) && areFree(port)) found.add(port);
        }
        if (found.size() < count) throw new IllegalStateException("found only " + found.size() + " free ports");
        return List.copyOf(found);
    }

    /** Whether an HTTP port and the gRPC port that belongs to it can be listened on. */
    static boolean areFree(int port) {
        return isFree(port) && isFree(port + GRPC_OFFSET);
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
